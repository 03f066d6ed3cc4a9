"""A remaining parameter of a partial gets an argument of the wrong type.

Subject: functools

For mypy and zuban, a partial accepts any arguments when it solves a ParamSpec. pyrefly checks a
partial only in its strict preset.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, "a"), copies="2")  # E: argument-type
