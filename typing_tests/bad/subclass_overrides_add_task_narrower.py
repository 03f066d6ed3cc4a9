"""A subclass overrides add_task with a method that accepts less.

Subject: collections
"""

from collections.abc import Callable

from typing_extensions import override

from typed_bg import BackgroundTasks


def send() -> None:
    """Send an email."""


class PlainTasks(BackgroundTasks):
    """A collection for functions without arguments."""

    @override
    def add_task(self, func: Callable[[], None]) -> None:  # E: override
        """Add a task."""
        super().add_task(func)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    PlainTasks(tasks.tasks).add_task(send)
