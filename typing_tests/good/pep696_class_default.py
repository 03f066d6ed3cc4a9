"""A generic class whose type parameter has a default.

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
    texts: Queue[str] = Queue()
    tasks.add_task(plain.put, 1)
    tasks.add_task(texts.put, "a")
