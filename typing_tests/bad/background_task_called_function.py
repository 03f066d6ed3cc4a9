"""A single task is created from a coroutine.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


async def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTask(send("a")))  # E: not-callable
