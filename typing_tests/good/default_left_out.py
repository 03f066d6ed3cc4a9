"""Parameters with a default can be omitted, one at a time.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org")
    tasks.add_task(send, "a@example.org", retries=1)
    tasks.add_task(send, "a@example.org", "hello", 1)
