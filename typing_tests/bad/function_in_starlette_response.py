"""A function as a Starlette response's background.

Subject: collections

Starlette's response keeps whatever it is given: no code of typed_bg is on this way.
"""

from starlette.responses import Response

from typed_bg import BackgroundTasks


def send() -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    Response(background=tasks)
    Response(background=send)  # E: argument-type
