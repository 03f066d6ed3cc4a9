"""A descriptor whose __get__ returns a callable.

Subject: callable objects
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


class Backend:
    """Looks the backend up."""

    def __get__(self, instance: object, owner: type | None = None) -> Callable[[str], None]:
        """Give the function that sends."""
        return send


class Mailer:
    """Sends emails."""

    backend = Backend()


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().backend, "a")
