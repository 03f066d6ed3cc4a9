"""An async function gets an argument of the wrong type.

Subject: coroutines
"""

from typed_bg import BackgroundTasks


async def send(to: str, subject: str = "") -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", subject=None)  # E: argument-type
