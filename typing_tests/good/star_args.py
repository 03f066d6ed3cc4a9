"""`*args` of one type takes any number of arguments of that type.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def total(name: str, *amounts: int) -> None:
    """Add up."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(total, "a")
    tasks.add_task(total, "a", 1, 2, 3)
