"""Starlette's collection is passed where the checked one is expected.

Subject: collections
"""

from starlette import background

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def collect(collection: BackgroundTasks) -> None:
    """Take a collection."""
    collection.add_task(send, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    collect(tasks)
    collect(background.BackgroundTasks())  # E: argument-type
