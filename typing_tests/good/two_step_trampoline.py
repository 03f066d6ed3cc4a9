"""asyncio.to_thread with the function and its arguments, in two steps.

Subject: two steps
"""

import asyncio

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(asyncio.to_thread)(send, "a", retries=2)
