"""A generic function whose type variable is solved by the second call.

Subject: two steps
"""

from typing import TypeVar

from typed_bg import BackgroundTasks

T = TypeVar("T")


def first_of(items: list[T], default: T) -> T:
    """Return the first item."""
    return items[0] if items else default


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(first_of)([1, 2], 3)
    tasks.add(first_of)(["a"], "b")
