"""A function with a ParamSpec that makes a single task.

Subject: forwarders
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

from typed_bg import BackgroundTask, BackgroundTasks

P = ParamSpec("P")


def send(to: str, *, copies: int = 1) -> None:
    """Send a mail."""


def make(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> BackgroundTask:
    """Make a task."""
    return BackgroundTask(func, *args, **kwargs)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(make(send, "a", copies=2))
