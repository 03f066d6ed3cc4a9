"""A trampoline that is a bound method of an event loop.

Subject: trampolines
"""

import asyncio

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


async def later(tasks: BackgroundTasks) -> None:
    """Add with the running loop."""
    loop = asyncio.get_running_loop()
    tasks.add_task(loop.call_soon_threadsafe, send, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(later, BackgroundTasks())
