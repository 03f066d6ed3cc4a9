"""A bound on P: only functions whose first parameter fits.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import Concatenate, ParamSpec

P = ParamSpec("P")


class Event:
    """Something that happened."""


class Signup(Event):
    """A new user."""


def subscribe(
    handler: Callable[Concatenate[Signup, P], object], /, *args: P.args, **kwargs: P.kwargs
) -> None:
    """Call a handler with an event and these arguments."""
    handler(Signup(), *args, **kwargs)


def greet(event: Signup, text: str) -> None:
    """Greet the user."""


def count(event: Event, *, step: int = 1) -> None:
    """Count events."""


def send(to: str) -> None:
    """Send an email."""


def right() -> None:
    """Calls that fit."""
    subscribe(greet, "Hello")  # ok
    subscribe(count, step=2)  # ok


def wrong() -> None:
    """Calls that do not, and a function that takes no event."""
    subscribe(greet, 1)  # E: argument-type
    subscribe(count, stop=2)  # E: unknown-keyword
    subscribe(send)  # E: argument-type
