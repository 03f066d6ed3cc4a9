"""A decorator with arguments of its own.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def retried(
    times: int, *, on: type[Exception] = Exception
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a decorator that calls a function again if it fails."""

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            for _ in range(times - 1):
                try:
                    return func(*args, **kwargs)
                except on:
                    continue
            return func(*args, **kwargs)

        return wrapper

    return decorate


@retried(3, on=ValueError)
def parse(text: str, *, base: int = 10) -> int:
    """Read a number."""
    return int(text, base)


def right() -> None:
    """Calls that fit."""
    number: int = parse("ff", base=16)  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    parse(10)  # E: argument-type
    parse("ff", bas=16)  # E: unknown-keyword
    retried("3")  # E: argument-type
