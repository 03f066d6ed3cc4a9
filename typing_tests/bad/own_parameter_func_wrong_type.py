"""The target's own parameter func gets a keyword argument of the wrong type.

Subject: names
"""

from typed_bg import BackgroundTasks


def apply(func: str, times: int) -> None:
    """Apply."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(apply, func=1, times=2)  # E: argument-type
