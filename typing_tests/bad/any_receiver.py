"""A receiver of type Any: no checker looks at the call.

Subject: any and optional
"""

from typing import Any

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def handler(tasks: Any) -> None:
    """Handle."""
    tasks.add_task(send, "a", copies=2)  # E: unknown-keyword


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
