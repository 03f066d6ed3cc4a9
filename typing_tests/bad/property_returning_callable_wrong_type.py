"""A property whose value is a function, with an argument of the wrong type.

Subject: methods
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


class Mailer:
    """Sends mails."""

    @property
    def backend(self) -> Callable[[str], None]:
        """The function that sends."""
        return send


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().backend, b"a@example.org")  # E: argument-type
