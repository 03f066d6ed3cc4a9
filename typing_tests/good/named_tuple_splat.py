"""An unpacked NamedTuple.

Subject: splats
"""

from typing import NamedTuple

from typed_bg import BackgroundTasks


class Mail(NamedTuple):
    """An email."""

    to: str
    copies: int


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, *Mail("a", 2))
