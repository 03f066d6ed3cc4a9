"""PEP 696: a class whose parameters can be omitted.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Generic

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P", default=...)
R = TypeVar("R", default=object)


class Job(Generic[P, R]):
    """A function that is called when its arguments are there."""

    def __init__(self, func: Callable[P, R], /) -> None:
        """Keep the function."""
        self.func = func

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call it."""
        return self.func(*args, **kwargs)


def any_job(job: Job) -> None:
    """Take a job of whatever parameters, without `Job[..., object]`."""


def number_job(job: Job[[int]]) -> None:
    """Take a job that a number can be given to."""
    job(1)


def double(number: int) -> int:
    """Double a number."""
    return 2 * number


def shout(text: str) -> str:
    """Make a text loud."""
    return text.upper()


def right() -> None:
    """Calls that fit."""
    any_job(Job(shout))  # ok
    number_job(Job(double))  # ok
    number: int = Job(double)(2)  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    number_job(Job(shout))  # E: argument-type
    Job(double)("2")  # E: argument-type
