"""A target of type `Callable[..., None]`: no checker checks its arguments.

Subject: any and optional
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, func: Callable[..., None]) -> None:
    """Add a task."""
    tasks.add_task(func, 1, 2)  # E: too-many-arguments


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send)
