"""A wrong call inside a function decorated with no_type_check.

Subject: any and optional
"""

from typing import no_type_check

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


@no_type_check
def handler(tasks: BackgroundTasks) -> None:
    """Handle."""
    tasks.add_task(send)  # E: missing-argument


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
