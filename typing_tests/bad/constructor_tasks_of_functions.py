"""The constructor gets functions instead of tasks.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send() -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTasks(tasks=[send]))  # E: argument-type
