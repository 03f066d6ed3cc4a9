"""A generic class, with and without its type argument.

Subject: generics
"""

from typing import Generic, TypeVar

from typed_bg import BackgroundTasks

T = TypeVar("T")


class Box(Generic[T]):
    """A box."""

    def __init__(self, item: T) -> None:
        self.item = item


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Box, 1)
    tasks.add_task(Box[int], 1)
