"""A function taken from its class gets the instance as first argument.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends mails."""

    def send(self, to: str) -> None:
        """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer.send, Mailer(), "a@example.org")
