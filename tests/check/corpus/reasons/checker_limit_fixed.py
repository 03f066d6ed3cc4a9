"""The same, passed directly."""

from functools import cache

from starlette.background import BackgroundTasks


def report(user: str, subject: str = "") -> None: ...


@cache
def cached(user: str) -> None: ...


def call_cached(user: str) -> None:
    cached(user)


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user, "hi")
    tasks.add_task(report, user, "hi")
    tasks.add_task(report, user)
    tasks.add_task(report, user)
    tasks.add_task(call_cached, user)
    tasks.add_task(report, user)
    tasks.add_task(report, user=user)
