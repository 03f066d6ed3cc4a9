"""The target is passed by keyword, but add_task requires it as the first argument.

Subject: names
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(func=send, to="a")  # E: missing-argument
