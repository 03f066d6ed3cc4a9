"""A parameter typed Callable[[str, int], None] gets a keyword, but it has no parameter names.

Subject: callable objects

The actual function happens to have this name, so the call works at run time.
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, sender: Callable[[str, int], None]) -> None:
    """Send in the background."""
    tasks.add_task(sender, "a", copies=2)  # E: unknown-keyword


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send)
