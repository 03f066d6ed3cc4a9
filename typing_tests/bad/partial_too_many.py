"""A partial that already has all arguments gets one more.

Subject: functools

For mypy and zuban, a partial accepts any arguments when it solves a ParamSpec. pyrefly checks a
partial only in its strict preset.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, "a"), "b")  # E: too-many-arguments
