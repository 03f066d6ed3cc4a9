"""A method accessed through its class gets an instance of another class.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    def send(self, to: str) -> None:
        """Send an email."""


class Printer:
    """Prints."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer.send, Printer(), "a@example.org")  # E: argument-type
