"""The same with a name for each."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.background import BackgroundTasks

P = ParamSpec("P")
R = TypeVar("R")


def route(path: str) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def report(user: str) -> None: ...


@route("/a")
def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)


@route("/b")
def other_handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(report, "ada")
