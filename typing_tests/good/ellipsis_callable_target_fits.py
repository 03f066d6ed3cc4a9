"""A target of type `Callable[..., None]`, with the arguments that it takes.

Subject: any and optional
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, func: Callable[..., None]) -> None:
    """Add a task."""
    tasks.add_task(func, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send)
