"""The collection has no type, though the functions around are annotated."""

from typing import Any

from missing_package import Tasks
from starlette.background import BackgroundTasks


class State:
    tasks: Any = None


def report(user: str) -> None: ...


def unannotated(tasks, user: str) -> None:
    tasks.add_task(report, user)


def unresolved(tasks: Tasks, user: str) -> None:
    tasks.add_task(report, user)


def attribute(state: State, user: str) -> None:
    state.tasks.add_task(report, user)


def local(user: str) -> None:
    tasks: Any = BackgroundTasks()
    tasks.add_task(report, user)
