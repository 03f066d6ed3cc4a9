"""A generic class uses the default of its type parameter and gets a value of another type.

Subject: generics
Needs: Python 3.13
"""

from typed_bg import BackgroundTasks


class Queue[T = int]:
    """A queue of ints by default."""

    def put(self, item: T) -> None:
        """Put an item."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    plain: Queue = Queue()
    tasks.add_task(plain.put, "a")  # E: argument-type
