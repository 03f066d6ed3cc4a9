"""The constructor takes Starlette's own tasks.

Subject: collections
"""

from starlette import background

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    BackgroundTasks((background.BackgroundTask(send, "a"), tasks))
