"""In two steps, an option has the wrong type.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send, delay="60")("a")  # E: argument-type
