"""A target with its own parameter called func.

Subject: names
"""

from typed_bg import BackgroundTasks


def apply(func: str, times: int) -> None:
    """Apply."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(apply, func="a", times=2)
    tasks.add_task(apply, "a", times=2)
