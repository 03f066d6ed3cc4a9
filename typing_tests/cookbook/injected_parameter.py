"""A parameter that the framework supplies: callers pass the others.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Session:
    """A database session."""


def with_session(func: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Supply a function's first parameter."""

    @functools.wraps(func)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return func(Session(), *args, **kwargs)

    return wrapper


@with_session
def store(session: Session, name: str, *, replace: bool = False) -> int:
    """Store a name."""
    return len(name) + replace


def right() -> None:
    """Calls that fit."""
    number: int = store("a", replace=True)  # ok
    print(number)


def wrong() -> None:
    """Calls that do not, and one that passes what the framework supplies."""
    store()  # E: missing-argument
    store(1)  # E: argument-type
    store(Session(), "a")  # E: too-many-arguments
