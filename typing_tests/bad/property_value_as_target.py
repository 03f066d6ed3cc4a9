"""A property looks like a method, but returns a str.

Subject: callable objects
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    @property
    def host(self) -> str:
        """The host."""
        return "localhost"


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().host)  # E: not-callable
