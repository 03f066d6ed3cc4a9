"""A dict literal for a TypedDict.

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
    tasks.add_task(send, {"to": "a", "copies": 1})
    tasks.add_task(send, mail=Mail(to="a", copies=1))
