"""A parameter typed Callable[[str, int], None].

Subject: callable objects
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, sender: Callable[[str, int], None]) -> None:
    """Send in the background."""
    tasks.add_task(sender, "a", 2)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send)
