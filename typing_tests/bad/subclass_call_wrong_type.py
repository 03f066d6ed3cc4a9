"""A subclass inherits add_task and its checks, and gets an argument of the wrong type.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


class MailTasks(BackgroundTasks):
    """A collection that knows mails."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    MailTasks(tasks.tasks).add_task(send, 1)  # E: argument-type
