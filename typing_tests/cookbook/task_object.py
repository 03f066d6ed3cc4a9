"""A task object: call it, delay it, or delay it with options.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Generic

from typing_extensions import ParamSpec, Self, TypeVar

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

queue: list[tuple[str, float, Callable[[], object]]] = []


class Task(Generic[P, R_co]):
    """A function that can be called now or later."""

    def __init__(self, func: Callable[P, R_co], /, *, name: str = "") -> None:
        """Make a task of a function."""
        self.func = func
        self.name = name
        self.countdown = 0.0

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function now."""
        return self.func(*args, **kwargs)

    def options(self, *, countdown: float) -> Self:
        """Return the task with other options."""
        task = type(self)(self.func, name=self.name)
        task.countdown = countdown
        return task

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call the function later."""
        queue.append((self.name, self.countdown, lambda: self.func(*args, **kwargs)))


def task(*, name: str) -> Callable[[Callable[P, R_co]], Task[P, R_co]]:
    """Make a decorator that makes a task of a function."""

    def decorate(func: Callable[P, R_co]) -> Task[P, R_co]:
        return Task(func, name=name)

    return decorate


@task(name="add")
def add(left: int, right: int = 0) -> int:
    """Add two numbers."""
    return left + right


def right() -> None:
    """Calls that fit."""
    total: int = add(1, right=2)  # ok
    add.delay(1, right=2)  # ok
    add.options(countdown=5).delay(1)  # ok
    print(total)


def wrong() -> None:
    """Calls that do not."""
    add("1")  # E: argument-type
    add.delay()  # E: missing-argument
    add.options(countdown=5).delay(1, rigth=2)  # E: unknown-keyword
    add.options(countdwon=5)  # E: unknown-keyword
