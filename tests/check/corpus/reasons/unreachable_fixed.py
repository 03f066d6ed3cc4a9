"""The same outside of the branches."""

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)
    return
