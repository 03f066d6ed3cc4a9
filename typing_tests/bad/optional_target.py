"""The target may be None, and the code does not check for that.

Subject: any and optional
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def later(tasks: BackgroundTasks, func: Callable[[], None] | None = None) -> None:
    """Add a task."""
    tasks.add_task(func)  # E: not-callable


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks)
