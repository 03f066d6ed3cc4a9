"""An async function decorated with functools.cache: its coroutine is never awaited.

Subject: run time only
"""

from functools import cache

from typed_bg import BackgroundTasks

ran: list[str] = []


@cache
async def send(to: str) -> None:
    """Send an email."""
    ran.append(to)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")  # E: run-time-only
