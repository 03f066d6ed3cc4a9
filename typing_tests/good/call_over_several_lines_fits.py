"""A right call that spans several lines.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str, retries: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(
        send,
        "a@example.org",
        subject="a subject long enough to keep the call over several lines",
        retries=3,
    )
