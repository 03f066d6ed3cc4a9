"""A function is passed as the background of a Starlette response.

Subject: collections

Starlette's response stores any object, and no code of typed_bg is involved.
"""

from starlette.responses import Response

from typed_bg import BackgroundTasks


def send() -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    Response(background=tasks)
    Response(background=send)  # E: argument-type
