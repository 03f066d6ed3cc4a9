"""A wrapper that looks at the arguments before it passes them on.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

seen: list[object] = []


def noted(func: Callable[P, R]) -> Callable[P, R]:
    """Note an argument of each call."""

    @functools.wraps(func)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        user = kwargs.get("user")  # an object: no type says which keywords there are
        seen.append(user)
        return func(*args, **kwargs)

    return wrapper


def changed(func: Callable[P, R]) -> Callable[P, R]:
    """Add an argument, which not every function takes."""

    @functools.wraps(func)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return func(*args, retries=5, **kwargs)  # E: param-spec

    return wrapper


@noted
def send(to: str, *, user: str = "") -> None:
    """Send an email."""


def right() -> None:
    """A call that fits."""
    send("new@example.org", user="me")  # ok


def wrong() -> None:
    """A call that does not."""
    send("new@example.org", user=1)  # E: argument-type
