"""Async methods, class methods and static methods.

Subject: coroutines
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    async def send(self, to: str) -> None:
        """Send an email."""

    @classmethod
    async def connect(cls, host: str) -> None:
        """Connect."""

    @staticmethod
    async def check(host: str, port: int = 25) -> bool:
        """Check."""
        return bool(host and port)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().send, "a")
    tasks.add_task(Mailer.connect, host="a")
    tasks.add_task(Mailer.check, "a", port=587)
