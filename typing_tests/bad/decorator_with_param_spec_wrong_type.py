"""A function gets an argument of the wrong type, behind a decorator typed with ParamSpec.

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
    tasks.add_task(send, "a", copies="2")  # E: argument-type
