"""A method that the collection does not have.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_tasks(send, "a")  # E: attribute
