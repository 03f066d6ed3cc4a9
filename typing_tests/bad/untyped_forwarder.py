"""A forwarder typed `Callable[..., Any]` hides its callers from every checker.

Subject: forwarders

The call of `later` is wrong, and `later` raises the error when it adds the task.
"""

from collections.abc import Callable
from typing import Any

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Add a task."""
    tasks.add_task(func, *args, **kwargs)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send, copies=2)  # E: unknown-keyword
