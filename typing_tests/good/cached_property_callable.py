"""A cached_property that returns a function.

Subject: functools
"""

from collections.abc import Callable
from functools import cached_property

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


class Mailer:
    """Sends emails."""

    @cached_property
    def backend(self) -> Callable[[str], None]:
        """The function that sends."""
        return send


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().backend, "a")
