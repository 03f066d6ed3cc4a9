"""A task whose first parameter is the task itself, as with `bind=True`.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Any, Generic

from typing_extensions import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Task(Generic[P, R_co]):
    """A function that gets its task."""

    def __init__(self, func: "Callable[Concatenate[Task[..., Any], P], R_co]", /) -> None:
        """Make a task of a function."""
        self.func = func
        self.retries = 0

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function, with the task in front."""
        return self.func(self, *args, **kwargs)


def bound_task(func: Callable[Concatenate[Task[..., Any], P], R_co], /) -> Task[P, R_co]:
    """Make a task of a function."""
    return Task(func)


@bound_task
def send(self: Task[..., Any], to: str, *, subject: str = "") -> int:
    """Send an email."""
    self.retries += 1
    return len(to) + len(subject)


def right() -> None:
    """Calls that fit."""
    number: int = send("new@example.org", subject="Hello")  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    send()  # E: missing-argument
    send(1)  # E: argument-type
    send("new@example.org", subjcet="Hello")  # E: unknown-keyword
