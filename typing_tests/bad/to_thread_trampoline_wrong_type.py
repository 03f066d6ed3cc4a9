"""asyncio.to_thread passes on an argument of the wrong type.

Subject: trampolines

Two nested ParamSpecs. At run time the outer call fits.

pyrefly accepts any arguments if the target has its own ParamSpec.
"""

import asyncio

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(asyncio.to_thread, send, "a", copies="2")  # E: argument-type
