"""anyio.to_thread.run_sync, typed with a TypeVarTuple.

Subject: trampolines
"""

import anyio.to_thread

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(anyio.to_thread.run_sync, send, "a", 2)
