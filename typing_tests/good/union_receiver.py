"""The receiver is Starlette's class or the checked one.

Subject: any and optional
"""

from starlette.background import BackgroundTasks as StarletteBackgroundTasks

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def handler(tasks: BackgroundTasks | StarletteBackgroundTasks) -> None:
    """Handle."""
    tasks.add_task(send, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
