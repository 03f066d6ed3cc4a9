"""Print each event when it happens."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


async def session() -> AsyncGenerator[str, None]:
    """Open a session, and close it when the request ends."""
    print("session opened")
    yield "session"
    print("session closed")


async def first() -> None:
    """Run on the event loop."""
    print("first task: async def, on the event loop")


def second() -> None:
    """Run in a thread."""
    print("second task: def, in a thread")


@app.get("/")
async def handler(tasks: BackgroundTasks, _: Annotated[str, Depends(session)]) -> str:
    """Add two tasks."""
    tasks.add_task(first)
    print("first task added")
    tasks.add_task(second)
    print("second task added")
    return "response"


class Announce:
    """Print a line when the response is sent."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app, and print when it sends the response."""

        async def announce(message: Message) -> None:
            if message["type"] == "http.response.body":
                print("response sent")
            await send(message)

        await self.app(scope, receive, announce)


if __name__ == "__main__":
    TestClient(Announce(app)).get("/")
