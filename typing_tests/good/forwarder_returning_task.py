"""A function with a ParamSpec that creates a single task.

Subject: forwarders
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

from typed_bg import BackgroundTask, BackgroundTasks

P = ParamSpec("P")


def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def make(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> BackgroundTask:
    """Make a task."""
    return BackgroundTask(func, *args, **kwargs)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(make(send, "a", copies=2))
