"""A partial of an async function gets an unknown keyword.

Subject: functools

For mypy and zuban, a partial accepts any arguments when it solves a ParamSpec. pyrefly checks a
partial only in its strict preset.
"""

from functools import partial

from typed_bg import BackgroundTasks


async def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, subject="hello"), "a", urgent=True)  # E: unknown-keyword
