"""add_task gives nothing to keep.

Subject: collections

mypy and zuban call this use of None an error of its own, the others an assignment.
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    task: BackgroundTask = tasks.add_task(send, "a")  # E: assignment
    print(task)
