"""An attribute that a task does not have.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    task = BackgroundTask(send, "a")
    tasks.tasks.append(task)
    print(task.target)  # E: attribute
