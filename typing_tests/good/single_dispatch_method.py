"""A singledispatchmethod, accessed through an instance.

Subject: functools
"""

from functools import singledispatchmethod

from typed_bg import BackgroundTasks


class Printer:
    """Prints."""

    @singledispatchmethod
    def show(self, value: object) -> None:
        """Show a value."""

    @show.register
    def show_int(self, value: int) -> None:
        """Show an int."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Printer().show, 1)
    tasks.add_task(Printer().show_int, 2)
