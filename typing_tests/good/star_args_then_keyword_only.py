"""A keyword-only parameter after `*args`.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def total(*amounts: float, label: str) -> None:
    """Add up."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(total, label="a")
    tasks.add_task(total, 1, 2.5, label="b")
