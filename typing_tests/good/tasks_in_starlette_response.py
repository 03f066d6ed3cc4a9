"""The checked collection as the background of a Starlette response.

Subject: collections
"""

from starlette.responses import PlainTextResponse, Response

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")
    responses: list[Response] = [
        Response(background=tasks),
        PlainTextResponse("ok", background=tasks),
    ]
    responses.clear()
