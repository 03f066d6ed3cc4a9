"""A dict literal is missing a key of its TypedDict.

Subject: values
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """An email."""

    to: str
    copies: int


def send(mail: Mail) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, {"to": "a"})  # E: typed-dict
