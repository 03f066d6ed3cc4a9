"""A method with two overloads, called with each.

Subject: overloads
"""

from typing import overload

from typed_bg import BackgroundTasks


class Store:
    """A store."""

    @overload
    def put(self, key: str) -> None: ...
    @overload
    def put(self, key: int, *, width: int) -> None: ...
    def put(self, key: str | int, *, width: int = 0) -> None:
        """Put a value."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Store().put, "a")
    tasks.add_task(Store().put, 1, width=2)
