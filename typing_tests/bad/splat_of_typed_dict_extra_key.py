"""An unpacked TypedDict has a key that the target does not take.

Subject: splats
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """An email."""

    to: str
    copies: int


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mail: Mail = {"to": "a", "copies": 1}
    tasks.add_task(send, **mail)  # E: extra-key
