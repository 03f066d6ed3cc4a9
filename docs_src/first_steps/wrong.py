"""The same page with a typo: `retry` instead of `retries`."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from typed_bg import TaskArgumentError
from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def send_email(to: str, subject: str, *, retries: int = 3) -> None:
    """Send an email."""


@app.post("/signup/{email}")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    """Respond if the task can be added."""
    tasks.add_task(send_email, email, "Welcome", retry=5)  # wrong
    return {"status": "ok"}


if __name__ == "__main__":
    try:
        TestClient(app).post("/signup/new@example.org")
    except TaskArgumentError as error:
        print(f"{type(error).__name__}: {error}")
