"""The tasks of a collection are Starlette's tasks.

Subject: collections
"""

from starlette import background
from typing_extensions import assert_type

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")
    assert_type(tasks.tasks, list[background.BackgroundTask])
    assert_type(len(tasks.tasks), int)
