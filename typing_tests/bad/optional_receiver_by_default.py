"""A receiver left at its default None, with a wrong call after the test.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def handler(tasks: BackgroundTasks | None = None) -> None:
    """Handle."""
    if tasks:
        tasks.add_task(send)  # E: missing-argument


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
