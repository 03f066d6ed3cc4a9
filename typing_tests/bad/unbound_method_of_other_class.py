"""A function taken from its class gets an instance of another.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends mails."""

    def send(self, to: str) -> None:
        """Send a mail."""


class Printer:
    """Prints."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer.send, Printer(), "a@example.org")  # E: argument-type
