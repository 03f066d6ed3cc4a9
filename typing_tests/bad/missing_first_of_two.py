"""A keyword fills the second parameter, nothing fills the first.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, subject="hello")  # E: missing-argument
