"""A NamedTuple gets one value too many.

Subject: classes
"""

from typing import NamedTuple

from typed_bg import BackgroundTasks


class Point(NamedTuple):
    """A point."""

    x: int
    y: int = 0


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Point, 1, 2, 3)  # E: too-many-arguments
