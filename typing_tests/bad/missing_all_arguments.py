"""A target with a required parameter is added without arguments.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send)  # E: missing-argument
