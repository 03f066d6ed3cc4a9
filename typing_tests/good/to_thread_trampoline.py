"""asyncio.to_thread with the function and its arguments.

Subject: trampolines
"""

import asyncio

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(asyncio.to_thread, send, "a", copies=2)
