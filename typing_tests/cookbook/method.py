"""A method that takes a function and its arguments.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


class Queue:
    """Functions to call, in order."""

    def __init__(self) -> None:
        """Make an empty queue."""
        self.calls: list[Callable[[], object]] = []

    def push(self, func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Add a function and its arguments."""
        self.calls.append(lambda: func(*args, **kwargs))


class Mailer:
    """Sends emails."""

    def send(self, to: str, *, retries: int = 3) -> None:
        """Send an email."""


def call(func: str, self: str) -> None:
    """Do something with parameters of unlucky names."""


def right() -> None:
    """Calls that fit."""
    Queue().push(Mailer().send, "new@example.org", retries=5)  # ok
    Queue().push(call, func="a", self="b")  # ok


def wrong() -> None:
    """Calls that do not."""
    Queue().push(Mailer().send, retries=5)  # E: missing-argument
    Queue().push(Mailer.send, "Mailer", "new@example.org")  # E: argument-type
    Queue().push(call, func="a", self=1)  # E: argument-type
