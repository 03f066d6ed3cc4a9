"""A decorator that gives away the parameters by its own annotation."""

from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


@timed
def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)
