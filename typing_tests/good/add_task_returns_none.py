"""add_task returns None and a task's __call__ gives None.

Subject: collections
"""

from typing_extensions import assert_type

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


async def run(task: BackgroundTask) -> None:
    """Run one task."""
    assert_type(await task(), None)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run, BackgroundTask(send, "a"))
