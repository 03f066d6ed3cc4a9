"""The same with types."""

from starlette.background import BackgroundTasks
from starlette.background import BackgroundTasks as Tasks


class State:
    tasks: BackgroundTasks = BackgroundTasks()


def report(user: str) -> None: ...


def unannotated(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)


def unresolved(tasks: Tasks, user: str) -> None:
    tasks.add_task(report, user)


def attribute(state: State, user: str) -> None:
    state.tasks.add_task(report, user)


def local(user: str) -> None:
    tasks: BackgroundTasks = BackgroundTasks()
    tasks.add_task(report, user)
