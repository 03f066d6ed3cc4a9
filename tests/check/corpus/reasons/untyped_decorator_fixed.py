"""The same with a typed decorator."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.background import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")


def retried(function: Callable[P, R]) -> Callable[P, R]:
    return function


@retried
def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)
