"""A parameter typed Callable[[str, int], None] has no names to pass by.

Subject: callable objects

The function behind it happens to have the name, so that the call works at run time.
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send a mail."""


def later(tasks: BackgroundTasks, sender: Callable[[str, int], None]) -> None:
    """Send in the background."""
    tasks.add_task(sender, "a", copies=2)  # E: unknown-keyword


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send)
