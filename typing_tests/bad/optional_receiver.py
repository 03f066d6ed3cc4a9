"""The receiver may be None, and the code does not check for that.

Subject: any and optional

In this example it is not None, so the call works at run time.
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def handler(tasks: BackgroundTasks | None) -> None:
    """Handle."""
    tasks.add_task(send, "a")  # E: attribute


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
