"""A decorator for methods, which also uses `self`.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Connected")


class Connected:
    """Something with a connection."""

    connected = False

    def connect(self) -> None:
        """Connect."""
        self.connected = True


def connects(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Connect before the method is called."""

    @functools.wraps(method)
    def wrapper(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not self.connected:
            self.connect()
        return method(self, *args, **kwargs)

    return wrapper


class Mailer(Connected):
    """Sends emails."""

    @connects
    def send(self, to: str, *, retries: int = 3) -> int:
        """Send an email."""
        return len(to) * retries


def right() -> None:
    """Calls that fit."""
    number: int = Mailer().send("new@example.org", retries=5)  # ok
    print(number)


def wrong() -> None:
    """Calls that do not, and a method of another class."""
    Mailer().send()  # E: missing-argument
    Mailer().send("new@example.org", retry=5)  # E: unknown-keyword

    class Plain:
        @connects  # E: argument-type
        def close(self) -> None:
            """Close."""

    print(Plain())
