"""add_task returns None, and so does calling a task.

Subject: collections
"""

from typing_extensions import assert_type

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


async def run(task: BackgroundTask) -> None:
    """Run one task."""
    assert_type(await task(), None)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run, BackgroundTask(send, "a"))
