"""A collection as the target: it is an async callable without parameters.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    inner = BackgroundTasks()
    inner.add_task(send, "a")
    tasks.add_task(inner)
