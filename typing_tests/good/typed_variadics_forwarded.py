"""A target with `*args: object, **kwargs: object`, which takes any arguments.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def log(*args: object, **kwargs: object) -> None:
    """Log."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(log, 1, "a", level=None)
