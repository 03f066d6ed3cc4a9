"""A function that passes arguments on without types, and one that passes on a function."""

from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks
from starlette.concurrency import run_in_threadpool


def report(user: str) -> None: ...


def later(tasks: BackgroundTasks, func: Callable[..., Any], *args: Any) -> None:
    tasks.add_task(func, *args)


def handler(tasks: BackgroundTasks, user: str) -> None:
    later(tasks, report, user)
    tasks.add_task(run_in_threadpool, report, user)
