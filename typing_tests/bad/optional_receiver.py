"""A receiver that may be None, without a test.

Subject: any and optional

Here the collection is there: the call works at run time.
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def handler(tasks: BackgroundTasks | None) -> None:
    """Handle."""
    tasks.add_task(send, "a")  # E: attribute


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks)
