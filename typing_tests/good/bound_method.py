"""A bound method takes its arguments without self.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    def send(self, to: str, copies: int = 1) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().send, "a@example.org", copies=2)
