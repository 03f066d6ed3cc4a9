"""A lambda that closes over several values of the handler.

Subject: lambdas
"""

from typed_bg import BackgroundTasks


def send(to: str, *, copies: int) -> None:
    """Send an email."""


def handler(tasks: BackgroundTasks, to: str, copies: int) -> None:
    """Handle."""
    tasks.add_task(lambda: send(to, copies=copies))


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks, "a", 2)
