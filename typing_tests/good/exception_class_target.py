"""An exception class with its own __init__.

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
