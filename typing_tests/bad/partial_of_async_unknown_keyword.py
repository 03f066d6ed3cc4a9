"""A partial of an async function gets an unknown keyword.

Subject: functools

To mypy and zuban a partial takes anything where a ParamSpec is to be solved; pyrefly looks into
it in its strict preset alone.
"""

from functools import partial

from typed_bg import BackgroundTasks


async def send(to: str, subject: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, subject="hello"), "a", urgent=True)  # E: unknown-keyword
