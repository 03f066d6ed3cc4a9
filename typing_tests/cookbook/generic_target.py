"""A generic function as the target: the result depends on the arguments.

Subject: cookbook
"""

from collections.abc import Callable, Sequence

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def call(func: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function, and return its result."""
    return func(*args, **kwargs)


def first(items: Sequence[T], default: T) -> T:
    """Return the first item."""
    return items[0] if items else default


def right() -> None:
    """Calls that fit."""
    number: int = call(first, [1, 2], 0)  # ok
    print(number)


def wrong() -> None:
    """A call that does not, and a wrong use of the result."""
    call(first, 1, 0)  # E: argument-type
    text: str = call(first, [1, 2], 0)  # E: assignment
    print(text)
