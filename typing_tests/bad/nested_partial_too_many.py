"""A partial of a partial gets one argument too many.

Subject: functools

For mypy, pyrefly and zuban, a partial accepts any arguments when it solves a ParamSpec.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    inner = partial(send, "a")
    tasks.add_task(partial(inner, "hello"), 2)  # E: too-many-arguments
