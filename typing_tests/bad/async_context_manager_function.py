"""A function decorated with asynccontextmanager: calling it does not enter the context.

Subject: run time only
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from typed_bg import BackgroundTasks

ran: list[str] = []


@asynccontextmanager
async def connected(host: str) -> AsyncGenerator[None, None]:
    """Connect, then disconnect."""
    ran.append(host)
    yield


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(connected, "a")  # E: run-time-only
