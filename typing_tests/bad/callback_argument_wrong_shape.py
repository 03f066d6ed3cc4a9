"""A function with the wrong signature is passed as an argument of a task.

Subject: values
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def fetch(url: str, done: Callable[[int], None]) -> None:
    """Fetch."""


def done(status: str) -> None:
    """Take the status."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(fetch, "/a", done)  # E: argument-type
