"""A decorator that is a class with a ParamSpec.

Subject: decorators
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")


class Logged(Generic[P, R]):
    """A function whose calls are logged."""

    def __init__(self, func: Callable[P, R]) -> None:
        self.func = func

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return self.func(*args, **kwargs)


@Logged
def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)
