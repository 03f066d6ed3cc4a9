"""Calls whose arguments do not fit."""

from starlette.background import BackgroundTask, BackgroundTasks


def report(user: str, subject: str = "", *, urgent: bool = False) -> None: ...


def number(user: str) -> int: ...


def handler(tasks: BackgroundTasks, user: str) -> BackgroundTask:
    tasks.add_task(report, 1)
    tasks.add_task(report, user, subjekt="hi")
    tasks.add_task(report)
    tasks.add_task(report, user, "hi", "extra")
    tasks.add_task(report, 1, 2, urgent="no")
    tasks.add_task(
        report,
        1,
        urgent="no",
    )
    tasks.add_task(report, user, str(number(1)))
    tasks.add_task(report, number(1, 2))
    tasks.add_task(report, user, urgent=user)
    return BackgroundTask(report, user, 1)
