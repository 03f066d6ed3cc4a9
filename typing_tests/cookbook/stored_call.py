"""A class that stores a function with its arguments.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Generic

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Call(Generic[P, R]):
    """A function and its arguments."""

    def __init__(self, func: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Keep all three."""
        self.func = func
        self.args = args
        self.kwargs = kwargs

    def run(self) -> R:
        """Call the function."""
        return self.func(*self.args, **self.kwargs)


def add(left: int, right: int) -> int:
    """Add two numbers."""
    return left + right


def right() -> None:
    """Calls that fit."""
    total: int = Call(add, 1, right=2).run()  # ok
    print(total)


def wrong() -> None:
    """Calls that do not."""
    Call(add, 1)  # E: missing-argument
    Call(add, 1, right="2")  # E: argument-type
    text: str = Call(add, 1, 2).run()  # E: assignment
    print(text)
