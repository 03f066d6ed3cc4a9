"""Targets whose parameters have no type, or not all."""

from typing import Any

from starlette.background import BackgroundTasks


def nothing(user, subject): ...


def partly(user: str, subject, extra: Any, note: object) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(nothing, user, "hi")
    tasks.add_task(partly, user, "hi", 1, note=user)
