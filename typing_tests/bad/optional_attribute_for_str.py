"""A value that may be None is passed for a str.

Subject: values
"""

from typed_bg import BackgroundTasks


class User:
    """A user."""

    email: str | None = None


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    user = User()
    tasks.add_task(send, user.email)  # E: argument-type
