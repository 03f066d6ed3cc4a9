"""The checked collection as a Starlette response's background.

Subject: collections
"""

from starlette.responses import PlainTextResponse, Response

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")
    responses: list[Response] = [
        Response(background=tasks),
        PlainTextResponse("ok", background=tasks),
    ]
    responses.clear()
