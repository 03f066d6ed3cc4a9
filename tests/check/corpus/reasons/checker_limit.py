"""Targets that only some checkers check."""

from functools import cache, partial
from typing import overload

from starlette.background import BackgroundTasks


def report(user: str, subject: str = "") -> None: ...


@cache
def cached(user: str) -> None: ...


@overload
def either(user: str) -> None: ...
@overload
def either(user: int, number: int) -> None: ...
def either(user: object, number: object = None) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    bound = partial(report, user)
    tasks.add_task(partial(report, user), "hi")
    tasks.add_task(bound, "hi")
    tasks.add_task(lambda name: report(name), user)
    tasks.add_task(lambda: report(user))
    tasks.add_task(cached, user)
    tasks.add_task(either, user)
    tasks.add_task(func=report, user=user)
