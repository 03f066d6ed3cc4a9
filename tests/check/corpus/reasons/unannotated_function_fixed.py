"""The same with an annotation."""

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler() -> None:
    tasks = BackgroundTasks()
    tasks.add_task(report, "ada")
