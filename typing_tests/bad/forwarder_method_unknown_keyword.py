"""A method that forwards to add_task gets an unknown keyword.

Subject: forwarders
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")


class Service:
    """A service."""

    def __init__(self, tasks: BackgroundTasks) -> None:
        self.tasks = tasks

    def later(self, func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Add a task."""
        self.tasks.add_task(func, *args, **kwargs)


async def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    Service(tasks).later(send, "a", urgent=True)  # E: unknown-keyword
