"""A wrong call inside a function without annotations.

Subject: any and optional

By default, mypy skips the bodies of such functions without a message.
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def handler(tasks):  # E?: untyped-definition
    """Handle."""
    background: BackgroundTasks = tasks  # E?: untyped-definition
    background.add_task(send)  # E: missing-argument


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)  # E?: untyped-definition
