"""A partial that sets the first parameter.

Subject: functools
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, "a"), "hello")
    tasks.add_task(partial(send, "a"), subject="hello")
