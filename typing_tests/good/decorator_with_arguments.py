"""A decorator that takes arguments.

Subject: decorators
"""

from collections.abc import Callable
from typing import TypeVar

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")


def retried(times: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Retry."""

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            for _ in range(times - 1):
                func(*args, **kwargs)
            return func(*args, **kwargs)

        return wrapper

    return decorate


@retried(times=2)
def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)
