"""`*args` is typed as an unpacked tuple of three, and the third argument is missing.

Subject: variadics
"""

from typing_extensions import Unpack

from typed_bg import BackgroundTasks


def plot(*point: Unpack[tuple[int, int, str]]) -> None:
    """Plot a point."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(plot, 1, 2)  # E: missing-argument
