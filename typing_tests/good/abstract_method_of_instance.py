"""A method of an object whose type is an abstract class.

Subject: methods
"""

from abc import ABC, abstractmethod

from typing_extensions import override

from typed_bg import BackgroundTasks


class Sender(ABC):
    """Sends."""

    @abstractmethod
    async def send(self, to: str) -> None:
        """Send."""


class Mailer(Sender):
    """Sends emails."""

    @override
    async def send(self, to: str, copies: int = 1) -> None:
        """Send an email."""


def later(tasks: BackgroundTasks, sender: Sender) -> None:
    """Send in the background."""
    tasks.add_task(sender.send, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, Mailer())
