"""anyio.to_thread.run_sync passes on an argument of the wrong type.

Subject: trampolines

ty accepts any arguments if the target has a TypeVarTuple.
"""

import anyio.to_thread

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(anyio.to_thread.run_sync, send, "a", "2")  # E: argument-type
