"""The registration decorator is used without parentheses.

Subject: engines
"""

from typed_bg import BackgroundTasks, task


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(task(send), "a")  # E: too-many-arguments
