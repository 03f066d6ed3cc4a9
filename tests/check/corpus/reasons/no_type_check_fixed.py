"""The same without it."""

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)


def hidden(user: str) -> None: ...


def passes_it_on(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(hidden, user)
