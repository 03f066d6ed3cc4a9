"""A method accessed through its class gets the instance as its first argument.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    def send(self, to: str) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer.send, Mailer(), "a@example.org")
