"""A function is missing an argument, behind a decorator typed with a TypeVar bound to Callable.

Subject: decorators
"""

from collections.abc import Callable
from typing import Any, TypeVar

from typed_bg import BackgroundTasks

F = TypeVar("F", bound=Callable[..., Any])


def registered(func: F) -> F:
    """Register."""
    return func


@registered
async def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, copies=2)  # E: missing-argument
