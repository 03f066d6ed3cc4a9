"""The target, and a decorator, come from a package that is not installed."""

from missing_package import notify, traced
from starlette.background import BackgroundTasks


@traced
def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(notify, user)
    tasks.add_task(report, user)
