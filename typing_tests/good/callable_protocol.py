"""A parameter typed as a protocol with __call__.

Subject: callable objects
"""

from typing import Protocol

from typed_bg import BackgroundTasks


class Sender(Protocol):
    """Anything that sends."""

    def __call__(self, to: str, *, copies: int = 1) -> None:
        """Send."""


def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, sender: Sender) -> None:
    """Send in the background."""
    tasks.add_task(sender, "a", copies=2)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send)
