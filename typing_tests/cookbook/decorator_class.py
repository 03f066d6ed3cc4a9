"""A decorator for methods that is a class with `__get__`.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Generic

from typing_extensions import Concatenate, ParamSpec, TypeVar

S = TypeVar("S")
P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Counted(Generic[S, P, R_co]):
    """Count the calls of a method."""

    def __init__(self, method: Callable[Concatenate[S, P], R_co], /) -> None:
        """Decorate a method."""
        self.method = method
        self.calls = 0

    def __get__(self, instance: S, owner: type, /) -> Callable[P, R_co]:
        """Bind the method to its instance."""

        def bound(*args: P.args, **kwargs: P.kwargs) -> R_co:
            self.calls += 1
            return self.method(instance, *args, **kwargs)

        return bound


class Mailer:
    """Sends emails."""

    @Counted
    def send(self, to: str, *, retries: int = 3) -> int:
        """Send an email."""
        return len(to) * retries


def right() -> None:
    """Calls that fit."""
    number: int = Mailer().send("new@example.org", retries=5)  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    Mailer().send(1)  # E: argument-type
    Mailer().send()  # E: missing-argument
    Mailer().send("new@example.org", retry=5)  # E: unknown-keyword
