"""A collection and a task are awaited.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


async def run(tasks: BackgroundTasks) -> None:
    """Run what was added."""
    await tasks()
    await BackgroundTask(send, "a")()


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")
    tasks.add_task(run, BackgroundTasks())
