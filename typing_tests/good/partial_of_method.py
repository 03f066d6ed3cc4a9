"""A partial of a bound method.

Subject: functools
"""

from functools import partial

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    def send(self, to: str, *, copies: int) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(Mailer().send, copies=2), to="a")
