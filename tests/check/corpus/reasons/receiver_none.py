"""The collection can be None."""

from typing import Optional

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def default(user: str, tasks: BackgroundTasks = None) -> None:
    tasks.add_task(report, user)


def optional(tasks: Optional[BackgroundTasks], user: str) -> None:
    tasks.add_task(report, user)


def always(user: str) -> None:
    tasks = None
    tasks.add_task(report, user)
