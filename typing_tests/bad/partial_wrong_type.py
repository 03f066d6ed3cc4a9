"""What a partial leaves open gets the wrong type.

Subject: functools

To mypy and zuban a partial takes anything where a ParamSpec is to be solved; pyrefly looks into
it in its strict preset alone.
"""

from functools import partial

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, "a"), copies="2")  # E: argument-type
