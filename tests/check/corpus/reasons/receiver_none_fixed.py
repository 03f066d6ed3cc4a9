"""The same without None."""

from typing import Optional

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def default(user: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(report, user)


def optional(tasks: Optional[BackgroundTasks], user: str) -> None:
    if tasks is not None:
        tasks.add_task(report, user)


def always(user: str) -> None:
    tasks = BackgroundTasks()
    tasks.add_task(report, user)
