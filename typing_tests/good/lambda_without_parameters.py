"""A lambda that closes over its arguments.

Subject: lambdas
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    to = "a"
    tasks.add_task(lambda: send(to))
