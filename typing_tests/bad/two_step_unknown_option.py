"""In two steps, the option does not exist.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send, queue="mails")("a")  # E: unknown-keyword
