"""A value that may be None, after a test.

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
    if user.email is not None:
        tasks.add_task(send, user.email)
