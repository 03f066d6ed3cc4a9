"""asyncio.to_thread passes on too few arguments.

Subject: trampolines

pyrefly lets any arguments through where the target has a ParamSpec of its own.
"""

import asyncio

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(asyncio.to_thread, send, "a")  # E: no-solution
