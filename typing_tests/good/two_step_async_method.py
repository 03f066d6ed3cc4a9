"""In two steps, a bound method that is a coroutine function.

Subject: two steps
"""

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    async def send(self, to: str, *, copies: int = 1) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(Mailer().send)("a", copies=2)
