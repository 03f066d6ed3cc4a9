"""An async function.

Subject: coroutines
"""

from typed_bg import BackgroundTasks


async def send(to: str, subject: str = "") -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", subject="hello")
