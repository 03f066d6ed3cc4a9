"""A decorator that turns checks off."""

from typing import no_type_check

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


@no_type_check
def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)


@no_type_check
def hidden(user: str) -> None: ...


def passes_it_on(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(hidden, user)
