"""PEP 695: the same, with the syntax for type parameters.

Subject: cookbook
Needs: Python 3.12
"""

from collections.abc import Callable
from typing import Concatenate


def call[**P, R](func: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function with these arguments."""
    return func(*args, **kwargs)


def given[T, **P, R](
    value: T, func: Callable[Concatenate[T, P], R], /, *args: P.args, **kwargs: P.kwargs
) -> R:
    """Call a function with a value and these arguments."""
    return func(value, *args, **kwargs)


type Handler[**P] = Callable[Concatenate[str, P], None]


def handle[**P](handler: Handler[P], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a handler."""
    handler("event", *args, **kwargs)


def log(event: str, level: int, *, source: str = "") -> None:
    """Log an event."""


def right() -> None:
    """Calls that fit."""
    call(log, "event", 1, source="a")  # ok
    given("event", log, 1)  # ok
    handle(log, 1, source="a")  # ok


def wrong() -> None:
    """Calls that do not."""
    call(log, "event", "1")  # E: argument-type
    given("event", log)  # E: missing-argument
    handle(log, 1, sauce="a")  # E: unknown-keyword
    handle(log, "1")  # E: argument-type
