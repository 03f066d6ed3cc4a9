"""A decorator typed with ParamSpec keeps the signature.

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


@logged
def send(to: str, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)
