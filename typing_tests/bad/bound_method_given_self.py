"""A bound method is given its instance once more.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends mails."""

    def send(self, to: str) -> None:
        """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mailer = Mailer()
    tasks.add_task(mailer.send, mailer, "a@example.org")  # E: too-many-arguments
