"""A dependency adds a task with an unknown keyword.

Subject: fastapi
"""

from typed_bg.fastapi import BackgroundTasks


def write_log(message: str) -> None:
    """Write to the log."""


def get_query(background_tasks: BackgroundTasks, q: str | None = None) -> str | None:
    """Log the query."""
    background_tasks.add_task(write_log, "found", level="info")  # E: unknown-keyword
    return q


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    get_query(tasks)
