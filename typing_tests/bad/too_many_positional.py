"""One positional argument too many.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", "hello", "world")  # E: too-many-arguments
