"""A bound method gets its instance a second time.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    def send(self, to: str) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    mailer = Mailer()
    tasks.add_task(mailer.send, mailer, "a@example.org")  # E: too-many-arguments
