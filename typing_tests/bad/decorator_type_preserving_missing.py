"""Behind a decorator typed with a TypeVar bound to Callable, an argument is missing.

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
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, copies=2)  # E: missing-argument
