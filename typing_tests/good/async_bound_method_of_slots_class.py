"""An async method of a class with slots.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    __slots__ = ("host",)

    def __init__(self, host: str) -> None:
        self.host = host

    async def send(self, to: str) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer("a").send, "b")
