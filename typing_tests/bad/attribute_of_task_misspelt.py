"""An attribute that a task lacks.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    task = BackgroundTask(send, "a")
    tasks.tasks.append(task)
    print(task.target)  # E: attribute
