"""The same with types."""

from starlette.background import BackgroundTasks


def nothing(user: str, subject: str) -> None: ...


def partly(user: str, subject: str, extra: int, note: object) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(nothing, user, "hi")
    tasks.add_task(partly, user, "hi", 1, note=user)
