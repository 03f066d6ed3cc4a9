"""A decorated function that can be called and also has a method.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Protocol, cast

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Task(Protocol[P, R_co]):
    """A function with a second way to call it."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call it now."""
        ...

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call it later."""


def task(func: Callable[P, R_co], /) -> Task[P, R_co]:
    """Give a function the method `delay`."""

    def delay(*args: P.args, **kwargs: P.kwargs) -> None:
        func(*args, **kwargs)

    vars(func)["delay"] = delay
    return cast("Task[P, R_co]", func)


@task
def add(left: int, right: int = 0) -> int:
    """Add two numbers."""
    return left + right


def right() -> None:
    """Calls that fit."""
    total: int = add(1, right=2)  # ok
    add.delay(1, right=2)  # ok
    print(total)


def wrong() -> None:
    """Calls that do not."""
    add("1")  # E: argument-type
    add.delay()  # E: missing-argument
    add.delay(1, wrong=2)  # E: unknown-keyword
    add.later(1)  # E: attribute
