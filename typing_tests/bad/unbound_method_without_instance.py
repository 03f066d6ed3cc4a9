"""A function taken from its class lacks the instance.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends mails."""

    def send(self, to: str) -> None:
        """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer.send, "a@example.org")  # E: missing-argument
