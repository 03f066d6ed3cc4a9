"""A function that returns nothing is called instead of passed.

Subject: called instead of passed
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send("a"))  # E: not-callable
