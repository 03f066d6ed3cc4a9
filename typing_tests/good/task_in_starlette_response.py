"""A single checked task as the background of a Starlette response.

Subject: collections
"""

from starlette.responses import JSONResponse

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    JSONResponse({}, background=BackgroundTask(send, "a", copies=2))
    JSONResponse({}, background=tasks)
