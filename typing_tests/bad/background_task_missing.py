"""A single task lacks an argument.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTask(send, "a"))  # E: missing-argument
