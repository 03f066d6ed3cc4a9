"""A target of type Any, called as it wants to be.

Subject: any and optional
"""

from typing import Any

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


anything: Any = send


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(anything, "a")
