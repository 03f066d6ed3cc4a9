"""Two arguments of different types are in the wrong order.

Subject: parameters

A checker may report one of them or both, on the same line.
"""

from typed_bg import BackgroundTasks


def schedule(name: str, delay: int) -> None:
    """Schedule."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(schedule, 5, "cleanup")  # E: argument-type
