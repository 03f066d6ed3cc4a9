"""A keyword that the target does not take.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", urgent=True)  # E: unknown-keyword
