"""The same with types, and with the function itself."""

from collections.abc import Callable
from typing import ParamSpec

from starlette.background import BackgroundTasks

P = ParamSpec("P")


def report(user: str) -> None: ...


def later(
    tasks: BackgroundTasks, func: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> None:
    tasks.add_task(func, *args, **kwargs)


def handler(tasks: BackgroundTasks, user: str) -> None:
    later(tasks, report, user)
    tasks.add_task(report, user)
