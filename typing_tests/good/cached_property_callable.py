"""A cached_property whose value is a function.

Subject: functools
"""

from collections.abc import Callable
from functools import cached_property

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


class Mailer:
    """Sends mails."""

    @cached_property
    def backend(self) -> Callable[[str], None]:
        """The function that sends."""
        return send


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().backend, "a")
