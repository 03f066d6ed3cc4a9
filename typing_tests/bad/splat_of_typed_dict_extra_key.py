"""A TypedDict with a key that the target lacks is unpacked.

Subject: splats
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """A mail."""

    to: str
    copies: int


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mail: Mail = {"to": "a", "copies": 1}
    tasks.add_task(send, **mail)  # E: extra-key
