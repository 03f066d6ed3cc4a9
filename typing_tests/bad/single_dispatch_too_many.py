"""A singledispatch function gets more arguments than any implementation takes.

Subject: functools

The stub's `_SingleDispatchCallable.__call__` takes `*args: Any, **kwargs: Any`.
"""

from functools import singledispatch

from typed_bg import BackgroundTasks


@singledispatch
def show(value: object) -> None:
    """Show a value."""


@show.register
def show_int(value: int) -> None:
    """Show an int."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(show, 1, 2, 3)  # E: too-many-arguments
    tasks.add_task(show_int, 1)
