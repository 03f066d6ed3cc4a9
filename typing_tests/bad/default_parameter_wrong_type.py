"""A parameter with a default still has a type.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", "three")  # E: argument-type
