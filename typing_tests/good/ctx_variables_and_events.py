"""Methods of contextvars, asyncio and threading objects.

Subject: standard library
"""

import threading
from contextvars import ContextVar, copy_context

from typed_bg import BackgroundTasks

name: ContextVar[str] = ContextVar("name", default="")


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    event = threading.Event()
    tasks.add_task(event.set)
    tasks.add_task(copy_context().run, send, "a", copies=2)
    tasks.add_task(name.set, "a")
