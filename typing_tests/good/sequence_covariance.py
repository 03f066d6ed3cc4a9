"""A list[bool] for a Sequence[int], because sequences are covariant.

Subject: values
"""

from collections.abc import Sequence

from typed_bg import BackgroundTasks


def add(numbers: Sequence[int]) -> None:
    """Add up."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    flags: list[bool] = [True]
    tasks.add_task(add, flags)
