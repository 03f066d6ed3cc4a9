"""A singledispatch function.

Subject: functools
"""

from functools import singledispatch

from typed_bg import BackgroundTasks


@singledispatch
def show(value: object, width: int = 10) -> None:
    """Show a value."""


@show.register
def show_int(value: int, width: int = 10) -> None:
    """Show an int."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(show, 1, 20)
    tasks.add_task(show_int, 1, width=20)
