"""A function returned by a property gets an argument of the wrong type.

Subject: methods
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


class Mailer:
    """Sends emails."""

    @property
    def backend(self) -> Callable[[str], None]:
        """The function that sends."""
        return send


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().backend, b"a@example.org")  # E: argument-type
