"""An unpacked TypedDict has a value of the wrong type.

Subject: splats
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """An email."""

    to: str
    copies: str


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mail: Mail = {"to": "a", "copies": "1"}
    tasks.add_task(send, **mail)  # E: argument-type
