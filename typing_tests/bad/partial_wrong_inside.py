"""The partial itself is created with an argument of the wrong type.

Subject: functools

zuban does not check the call of partial.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, 1), copies=2)  # E: argument-type
