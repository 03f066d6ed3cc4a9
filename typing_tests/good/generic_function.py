"""A type variable that is solved from the arguments.

Subject: generics
"""

from typing import TypeVar

from typed_bg import BackgroundTasks

T = TypeVar("T")


def pair(first: T, second: list[T]) -> T:
    """Pair."""
    return second[0] if second else first


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(pair, 1, [2])
    tasks.add_task(pair, "a", ["b"])
