"""A value that may be None, after a None check.

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
    if user.email is not None:
        tasks.add_task(send, user.email)
