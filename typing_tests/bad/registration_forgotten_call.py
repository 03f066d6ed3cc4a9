"""The decorator is applied without its call.

Subject: engines
"""

from typed_bg import BackgroundTasks, task


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(task(send), "a")  # E: too-many-arguments
