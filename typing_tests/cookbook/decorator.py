"""A decorator that keeps the function's parameters and result.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

calls: list[tuple[object, object]] = []


def logged(func: Callable[P, R]) -> Callable[P, R]:
    """Keep what the function is called with."""

    @functools.wraps(func)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        calls.append((args, kwargs))
        return func(*args, **kwargs)

    return wrapper


def repeated(times: int) -> Callable[[Callable[P, R]], Callable[P, list[R]]]:
    """Make a decorator that calls a function several times."""

    def decorate(func: Callable[P, R]) -> Callable[P, list[R]]:
        @functools.wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> list[R]:
            return [func(*args, **kwargs) for _ in range(times)]

        return wrapper

    return decorate


@repeated(2)
@logged
def parse(text: str, *, base: int = 10) -> int:
    """Read a number."""
    return int(text, base)


def right() -> None:
    """Calls that fit."""
    numbers: list[int] = parse("ff", base=16)  # ok
    print(numbers)


def wrong() -> None:
    """Calls that do not."""
    parse(b"ff")  # E: argument-type
    parse("ff", bas=16)  # E: unknown-keyword
    number: int = parse("ff")  # E: assignment
    print(number)
