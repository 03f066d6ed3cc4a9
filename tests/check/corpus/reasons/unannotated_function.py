"""mypy does not check the body of a function without annotations."""

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler():
    tasks = BackgroundTasks()
    tasks.add_task(report, "ada")
