"""An unpacked TypedDict.

Subject: splats

pyrefly's strict preset reports that an open TypedDict may have more keys.
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """An email."""

    to: str
    copies: int


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mail: Mail = {"to": "a", "copies": 1}
    tasks.add_task(send, **mail)
