"""A parameter gets a value by position and by keyword.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "") -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", to="b@example.org")  # E: duplicate-argument
