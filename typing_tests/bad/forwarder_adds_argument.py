"""A forwarder adds its own argument before the forwarded ones.

Subject: forwarders

Only `Concatenate[str, P]` can express that the target takes it.
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")


def send(to: str) -> None:
    """Send an email."""


def later(
    tasks: BackgroundTasks, func: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Add a task."""
    tasks.add_task(func, "queued", *args, **kwargs)  # E: param-spec


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send, "a")
