"""A single task gets an argument of the wrong type.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTask(send, "a", copies="2"))  # E: argument-type
