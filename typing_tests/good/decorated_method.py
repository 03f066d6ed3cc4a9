"""A method with a typed decorator.

Subject: decorators
"""

from collections.abc import Callable
from typing import Concatenate, TypeVar

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


def logged(func: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Log each call."""
    return func


class Mailer:
    """Sends emails."""

    @logged
    def send(self, to: str, *, copies: int = 1) -> None:
        """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().send, "a", copies=2)
