"""A partial of an async function.

Subject: functools
"""

from functools import partial

from typed_bg import BackgroundTasks


async def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send, subject="hello"), "a")
