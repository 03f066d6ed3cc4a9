"""A method gets a keyword that belongs to another overload.

Subject: overloads

pyrefly accepts any arguments if the target is overloaded.
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
    tasks.add_task(Store().put, "a", width=2)  # E: overload
