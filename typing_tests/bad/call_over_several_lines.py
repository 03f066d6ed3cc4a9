"""A wrong argument on its own line.

Subject: parameters

mypy reports the call's first line, and the others report the argument's line.
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str, retries: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(  # E[call]: argument-type
        send,
        "a@example.org",
        subject="a subject long enough to keep the call over several lines",
        retries="three",  # E[call]: argument-type
    )
