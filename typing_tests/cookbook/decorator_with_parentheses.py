"""A decorator that works with and without parentheses.

Subject: cookbook
"""

import functools
from collections.abc import Callable
from typing import overload

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

names: list[str] = []


@overload
def logged(func: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def logged(*, name: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def logged(
    func: Callable[P, R] | None = None, /, *, name: str = ""
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Note each call, under a name."""

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            names.append(name)
            return func(*args, **kwargs)

        return wrapper

    return decorate if func is None else decorate(func)


@logged
def parse(text: str) -> int:
    """Read a number."""
    return int(text)


@logged(name="show")
def show(number: int, *, base: int = 10) -> str:
    """Write a number."""
    return f"{number} (base {base})"


def right() -> None:
    """Calls that fit."""
    number: int = parse("10")  # ok
    text: str = show(number, base=16)  # ok
    print(text)


def wrong() -> None:
    """Calls that do not."""
    parse(10)  # E: argument-type
    show(10, bas=16)  # E: unknown-keyword
    parse()  # E: missing-argument
