"""A plain wrapper around an async function: its coroutine is never awaited.

Subject: run time only
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")
ran: list[str] = []


def logged(func: Callable[P, R]) -> Callable[P, R]:
    """Log each call."""

    @wraps(func)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return func(*args, **kwargs)

    return wrapper


@logged
async def send(to: str) -> None:
    """Send an email."""
    ran.append(to)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")  # E: run-time-only
