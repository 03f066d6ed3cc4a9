"""A target of type Any: no checker checks its arguments.

Subject: any and optional
"""

from typing import Any

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


anything: Any = send


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(anything)  # E: missing-argument
