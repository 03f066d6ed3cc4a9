"""A receiver that may be None, after a test.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def handler(tasks: BackgroundTasks | None) -> None:
    """Handle."""
    if tasks is not None:
        tasks.add_task(send, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
    handler(None)
