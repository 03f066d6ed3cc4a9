"""asyncio.to_thread over a method and keywords.

Subject: trampolines
"""

import asyncio

from typed_bg import BackgroundTasks


class Mailer:
    """Sends mails."""

    def send(self, to: str, *, copies: int = 1) -> int:
        """Send a mail."""
        return copies if to else 0


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(asyncio.to_thread, Mailer().send, "a")
    tasks.add_task(asyncio.to_thread, Mailer().send, to="a", copies=2)
