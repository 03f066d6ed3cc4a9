"""A bare class uses the default of a typing_extensions TypeVar and gets a value of another type.

Subject: generics
"""

from typing import Generic

from typing_extensions import TypeVar

from typed_bg import BackgroundTasks

T = TypeVar("T", default=int)


class Queue(Generic[T]):
    """A queue of ints by default."""

    def put(self, item: T) -> None:
        """Put an item."""


def later(tasks: BackgroundTasks, queue: Queue) -> None:
    """Put in the background."""
    tasks.add_task(queue.put, "a")  # E: argument-type


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, Queue())
