"""asyncio.to_thread with a method and keywords.

Subject: trampolines
"""

import asyncio

from typed_bg import BackgroundTasks


class Mailer:
    """Sends emails."""

    def send(self, to: str, *, copies: int = 1) -> int:
        """Send an email."""
        return copies if to else 0


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(asyncio.to_thread, Mailer().send, "a")
    tasks.add_task(asyncio.to_thread, Mailer().send, to="a", copies=2)
