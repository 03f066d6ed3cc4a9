"""A partial that is already full gets one argument more.

Subject: functools

To mypy and zuban a partial takes anything where a ParamSpec is to be solved; pyrefly looks into
it in its strict preset alone.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, "a"), "b")  # E: too-many-arguments
