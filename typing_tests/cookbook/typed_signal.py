"""A signal: receivers and senders agree on the parameters.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Generic

from typing_extensions import ParamSpec

P = ParamSpec("P")


class Signal(Generic[P]):
    """Something that can happen, declared by an example of a receiver."""

    def __init__(self, example: Callable[P, object], /) -> None:
        """Declare the parameters."""
        self.receivers: list[Callable[P, object]] = []

    def connect(self, receiver: Callable[P, object], /) -> None:
        """Call a receiver each time the signal is sent."""
        self.receivers.append(receiver)

    def send(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call all receivers."""
        for receiver in self.receivers:
            receiver(*args, **kwargs)


@Signal
def signed_up(user: str, *, invited: bool = False) -> None:
    """A user has signed up."""


def greet(user: str, *, invited: bool = False) -> None:
    """Greet the user."""


def count(number: int) -> None:
    """Count."""


def right() -> None:
    """Calls that fit."""
    signed_up.connect(greet)  # ok
    signed_up.send("me", invited=True)  # ok


def wrong() -> None:
    """Calls that do not, and a receiver with other parameters."""
    signed_up.send()  # E: missing-argument
    signed_up.send("me", invitde=True)  # E: unknown-keyword
    signed_up.connect(count)  # E: argument-type
