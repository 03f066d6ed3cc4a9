"""A wrapper with a parameter of its own in front of the function's.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def delayed(func: Callable[P, R]) -> Callable[Concatenate[float, P], R]:
    """Add a first parameter: the delay."""

    @functools.wraps(func)
    def wrapper(delay: float, /, *args: P.args, **kwargs: P.kwargs) -> R:
        print(delay)
        return func(*args, **kwargs)

    return wrapper


@delayed
def send(to: str, *, retries: int = 3) -> int:
    """Send an email."""
    return len(to) * retries


def right() -> None:
    """Calls that fit."""
    number: int = send(0.5, "new@example.org", retries=5)  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    send("new@example.org")  # E: missing-argument
    send("0.5", "new@example.org")  # E: argument-type
    send(0.5, "new@example.org", retry=5)  # E: unknown-keyword
