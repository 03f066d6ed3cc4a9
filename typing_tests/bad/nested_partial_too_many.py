"""A partial of a partial gets one argument too many.

Subject: functools

To mypy, pyrefly and zuban a partial takes anything where a ParamSpec is to be solved.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    inner = partial(send, "a")
    tasks.add_task(partial(inner, "hello"), 2)  # E: too-many-arguments
