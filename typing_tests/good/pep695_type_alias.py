"""A callable typed with a PEP 695 alias.

Subject: generics
Needs: Python 3.12
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks

type Handler[T] = Callable[[T], None]


def later(tasks: BackgroundTasks, handler: Handler[int]) -> None:
    """Handle in the background."""
    tasks.add_task(handler, 1)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, print)
