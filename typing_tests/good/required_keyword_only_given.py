"""A required keyword-only argument is passed.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def publish(*, topic: str) -> None:
    """Publish a message."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(publish, topic="news")
