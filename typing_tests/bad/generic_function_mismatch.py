"""A type variable has no solution for the two arguments.

Subject: generics

T would have to be both int and str, because list is invariant.
"""

from typing import TypeVar

from typed_bg import BackgroundTasks

T = TypeVar("T")


def extend(first: list[T], second: list[T]) -> None:
    """Extend."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    numbers = [1]
    names = ["a"]
    tasks.add_task(extend, numbers, names)  # E: argument-type
