"""A required argument of a partial is missing.

Subject: functools

For mypy and zuban, a partial accepts any arguments when it solves a ParamSpec. pyrefly checks a
partial only in its strict preset.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, "a"))  # E: missing-argument
