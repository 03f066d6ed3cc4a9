"""A PEP 695 generic class and its generic method.

Subject: generics
Needs: Python 3.12
"""

from typed_bg import BackgroundTasks


class Queue[T]:
    """A queue."""

    def put(self, item: T) -> None:
        """Put an item."""

    def put_pair[U](self, item: T, other: U) -> U:
        """Put a pair."""
        return other


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    queue = Queue[str]()
    tasks.add_task(queue.put, "a")
    tasks.add_task(queue.put_pair, "a", 1)
