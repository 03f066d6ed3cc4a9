"""A wrong argument on a line of its own.

Subject: parameters

mypy reports on the call's first line, the others on the argument's: the tag joins the two.
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str, retries: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(  # E[call]: argument-type
        send,
        "a@example.org",
        subject="a subject long enough to keep the call over several lines",
        retries="three",  # E[call]: argument-type
    )
