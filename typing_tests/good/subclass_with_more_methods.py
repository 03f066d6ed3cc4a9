"""A subclass of the collection with its own method that adds tasks.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


class MailTasks(BackgroundTasks):
    """A collection that knows mails."""

    def add_mail(self, to: str) -> None:
        """Add a mail."""
        self.add_task(send, to)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mails = MailTasks(tasks.tasks, max_concurrency=2)
    mails.add_mail("a")
