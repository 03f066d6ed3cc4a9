"""A task that iterates over an async generator itself.

Subject: coroutines
"""

from collections.abc import AsyncIterator

from typed_bg import BackgroundTasks


async def names() -> AsyncIterator[str]:
    """Give the names."""
    yield "a"


async def send_all(limit: int) -> None:
    """Send to each."""
    async for name in names():
        if len(name) > limit:
            break


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send_all, 3)
