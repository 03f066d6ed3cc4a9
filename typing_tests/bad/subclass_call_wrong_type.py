"""A subclass inherits add_task with its checks.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


class MailTasks(BackgroundTasks):
    """A collection that knows mails."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    MailTasks(tasks.tasks).add_task(send, 1)  # E: argument-type
