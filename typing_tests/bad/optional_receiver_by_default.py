"""The receiver's default is None, and the call after the None check is wrong.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def handler(tasks: BackgroundTasks | None = None) -> None:
    """Handle."""
    if tasks:
        tasks.add_task(send)  # E: missing-argument


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
