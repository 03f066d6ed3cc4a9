"""Two typed decorators on one function.

Subject: decorators
"""

from collections.abc import Callable
from typing import TypeVar

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")


def logged(func: Callable[P, R]) -> Callable[P, R]:
    """Log each call."""
    return func


def timed(func: Callable[P, R]) -> Callable[P, R]:
    """Time each call."""
    return func


@logged
@timed
def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)
