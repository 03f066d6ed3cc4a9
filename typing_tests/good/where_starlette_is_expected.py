"""The checked classes, passed where Starlette's are expected.

Subject: collections
"""

from starlette import background

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def collect(collection: background.BackgroundTasks) -> None:
    """Take a collection."""
    collection.add_task(send, "a")


def take(task: background.BackgroundTask) -> None:
    """Take a task."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    collect(tasks)
    take(tasks)
    take(BackgroundTask(send, "a"))
