"""The result of add_task is assigned, but it returns None.

Subject: collections

mypy and zuban have a separate rule for this, and the others report an assignment.
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    task: BackgroundTask = tasks.add_task(send, "a")  # E: assignment
    print(task)
