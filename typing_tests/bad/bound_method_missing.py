"""A bound method is missing an argument.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    def send(self, to: str, subject: str) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().send, "a@example.org")  # E: missing-argument
