"""A generic class that stores a function with its ParamSpec.

Subject: forwarders
"""

from collections.abc import Callable
from typing import Generic

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")


class Action(Generic[P]):
    """An action."""

    def __init__(self, func: Callable[P, object]) -> None:
        self.func = func

    def later(self, tasks: BackgroundTasks, *args: P.args, **kwargs: P.kwargs) -> None:
        """Run the action in the background."""
        tasks.add_task(self.func, *args, **kwargs)


def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    Action(send).later(tasks, "a", copies=2)
    tasks.add_task(Action(send).func, "a")
