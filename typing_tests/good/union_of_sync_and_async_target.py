"""A function that is either async or not.

Subject: any and optional
"""

from collections.abc import Awaitable, Callable
from typing import Union

from typed_bg import BackgroundTasks

Hook = Union[Callable[[str], None], Callable[[str], Awaitable[None]]]


def send(to: str) -> None:
    """Send an email."""


async def send_async(to: str) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, hook: Hook) -> None:
    """Add a task."""
    tasks.add_task(hook, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send)
    later(tasks, send_async)
