"""A Box[int] is created from a str.

Subject: generics

zuban ignores the type argument of a class that is the target.
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
    tasks.add_task(Box[int], "1")  # E: argument-type
