"""A decorator without types hides the parameters of its function."""

from starlette.background import BackgroundTasks


def retried(function):
    return function


@retried
def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)
