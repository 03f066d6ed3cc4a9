"""A value that may be None for a str.

Subject: values
"""

from typed_bg import BackgroundTasks


class User:
    """A user."""

    email: str | None = None


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    user = User()
    tasks.add_task(send, user.email)  # E: argument-type
