"""The constructor gets functions where it wants tasks.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send() -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTasks(tasks=[send]))  # E: argument-type
