"""A function defined inside the handler.

Subject: coroutines
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""

    def send(to: str) -> None:
        """Send an email."""

    async def send_later(to: str, delay: float) -> None:
        """Send a mail later."""

    tasks.add_task(send, "a")
    tasks.add_task(send_later, "a", delay=0.5)
