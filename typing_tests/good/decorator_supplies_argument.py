"""A decorator typed with Concatenate supplies the first parameter.

Subject: decorators
"""

from collections.abc import Callable
from typing import Concatenate, TypeVar

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")


def with_session(func: Callable[Concatenate[str, P], R]) -> Callable[P, R]:
    """Supply the session."""

    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return func("session", *args, **kwargs)

    return wrapper


@with_session
def save(session: str, name: int) -> None:
    """Save."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(save, 1)
    tasks.add_task(save, name=1)
