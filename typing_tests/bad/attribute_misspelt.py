"""A method that the collection lacks.

Subject: collections
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_tasks(send, "a")  # E: attribute
