# type: ignore
"""A comment on the first line keeps checkers quiet about the file."""

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)
