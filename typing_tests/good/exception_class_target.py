"""An exception class with an __init__ of its own.

Subject: classes
"""

from typed_bg import BackgroundTasks


class RetryError(Exception):
    """Too many retries."""

    def __init__(self, attempts: int) -> None:
        super().__init__(attempts)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(RetryError, attempts=3)
