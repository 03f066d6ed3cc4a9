"""One of the arguments for `*args` has the wrong type.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def total(name: str, *amounts: int) -> None:
    """Add up."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(total, "a", 1, "2", 3)  # E: argument-type
