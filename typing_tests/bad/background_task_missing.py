"""A single task is missing an argument.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTask(send, "a"))  # E: missing-argument
