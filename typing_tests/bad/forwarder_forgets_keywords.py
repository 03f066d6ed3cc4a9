"""A forwarder passes on only the positional arguments.

Subject: forwarders
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")


def send(to: str, *, copies: int) -> None:
    """Send an email."""


def later(
    tasks: BackgroundTasks, func: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Add a task."""
    tasks.add_task(func, *args)  # E: param-spec


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send, "a", copies=2)
