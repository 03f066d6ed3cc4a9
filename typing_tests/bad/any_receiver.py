"""A receiver of type Any: no checker checks the call.

Subject: any and optional
"""

from typing import Any

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def handler(tasks: Any) -> None:
    """Handle."""
    tasks.add_task(send, "a", copies=2)  # E: unknown-keyword


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
