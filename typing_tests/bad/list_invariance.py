"""A list[bool] is passed for a list[int], but lists are invariant.

Subject: values
"""

from typed_bg import BackgroundTasks


def add(numbers: list[int]) -> None:
    """Add up."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    flags: list[bool] = [True]
    tasks.add_task(add, flags)  # E: argument-type
