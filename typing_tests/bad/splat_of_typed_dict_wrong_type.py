"""A TypedDict with a value of the wrong type is unpacked.

Subject: splats
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """A mail."""

    to: str
    copies: str


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mail: Mail = {"to": "a", "copies": "1"}
    tasks.add_task(send, **mail)  # E: argument-type
