"""A bound method that is a coroutine function.

Subject: two steps
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends mails."""

    async def send(self, to: str, *, copies: int = 1) -> None:
        """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(Mailer().send)("a", copies=2)
