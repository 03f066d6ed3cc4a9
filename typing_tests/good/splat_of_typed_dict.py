"""A TypedDict is unpacked.

Subject: splats

pyrefly's strict preset objects that a TypedDict which is not closed may hold further keys.
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """A mail."""

    to: str
    copies: int


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mail: Mail = {"to": "a", "copies": 1}
    tasks.add_task(send, **mail)
