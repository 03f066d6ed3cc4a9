"""A partial of a partial.

Subject: functools
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, subject: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    inner = partial(send, "a")
    tasks.add_task(partial(inner, "hello"), 2)
