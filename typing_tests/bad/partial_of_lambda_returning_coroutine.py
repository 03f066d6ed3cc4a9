"""A partial of a function that returns a coroutine.

Subject: run time only
"""

from collections.abc import Coroutine
from functools import partial
from typing import Any

from typed_bg import BackgroundTasks

ran: list[str] = []


async def send(to: str) -> None:
    """Send an email."""
    ran.append(to)


def prepare(to: str) -> Coroutine[Any, Any, None]:
    """Prepare a mail."""
    return send(to)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(prepare, "a"))  # E: run-time-only
