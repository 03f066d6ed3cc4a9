"""The last required parameter is left out.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org")  # E: missing-argument
