"""A receiver that may be None, after a None check.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def handler(tasks: BackgroundTasks | None) -> None:
    """Handle."""
    if tasks is not None:
        tasks.add_task(send, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
    handler(None)
