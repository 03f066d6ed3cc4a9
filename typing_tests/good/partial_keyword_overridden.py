"""A keyword of a partial can be passed again.

Subject: functools
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, copies=2), "a", copies=3)
