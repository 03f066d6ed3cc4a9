"""A decorator that keeps a function's overloads.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Any, overload

from typing_extensions import TypeVar

F = TypeVar("F", bound=Callable[..., Any])

registered: list[Callable[..., Any]] = []


def register(func: F) -> F:
    """Keep a function, and return it as it is."""
    registered.append(func)
    return func


@overload
def double(value: int) -> int: ...
@overload
def double(value: str) -> str: ...
@register
def double(value: int | str) -> int | str:
    """Double a value."""
    return value * 2


def right() -> None:
    """Calls that fit."""
    number: int = double(1)  # ok
    text: str = double("a")  # ok
    print(number, text)


def wrong() -> None:
    """Calls that do not."""
    double(b"a")  # E: no-overload
    double()  # E: no-overload
    wrong_type: str = double(1)  # E: assignment
    print(wrong_type)
