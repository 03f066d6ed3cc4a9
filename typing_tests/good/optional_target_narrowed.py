"""A target that may be None, after a None check.

Subject: any and optional
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def later(tasks: BackgroundTasks, func: Callable[[], None] | None = None) -> None:
    """Add a task."""
    if func is not None:
        tasks.add_task(func)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks)
    later(tasks, lambda: None)
