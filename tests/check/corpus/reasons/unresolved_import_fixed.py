"""The same with a package that can be resolved."""

from available import notify, traced
from starlette.background import BackgroundTasks


@traced
def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(notify, user)
    tasks.add_task(report, user)
