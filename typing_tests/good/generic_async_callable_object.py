"""A generic object with an async __call__.

Subject: generics
"""

from typing import Generic, TypeVar

from typed_bg import BackgroundTasks

T = TypeVar("T")


class Sink(Generic[T]):
    """A sink."""

    async def __call__(self, item: T, *more: T) -> None:
        """Take items."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    sink: Sink[int] = Sink()
    tasks.add_task(sink, 1, 2, 3)
