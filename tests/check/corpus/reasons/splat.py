"""Arguments that the call does not show."""

from typing import Any

from starlette.background import BackgroundTasks


def report(user: str, subject: str) -> None: ...


def handler(tasks: BackgroundTasks, job: list[Any], users: list[str]) -> None:
    tasks.add_task(*job)
    tasks.add_task(report, *users)
    tasks.add_task(report, *job)
    tasks.add_task(report, "ada", **{"subject": job[0]})
