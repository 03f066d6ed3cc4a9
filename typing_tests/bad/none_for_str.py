"""None is passed for a str.

Subject: values
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, None)  # E: argument-type
