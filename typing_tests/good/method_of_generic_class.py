"""A method of a generic class with a known type argument.

Subject: generics
"""

from typing import Generic, TypeVar

from typed_bg import BackgroundTasks

T = TypeVar("T")


class Queue(Generic[T]):
    """A queue."""

    def put(self, item: T) -> None:
        """Put an item."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    queue: Queue[int] = Queue()
    tasks.add_task(queue.put, 1)
