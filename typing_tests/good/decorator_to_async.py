"""A decorator that makes a function async and keeps its parameters.

Subject: decorators
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")


def as_async(func: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Make it async."""

    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return func(*args, **kwargs)

    return wrapper


@as_async
def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, to="a")
