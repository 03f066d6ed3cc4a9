"""A target that takes any arguments."""

from typing import Any

from starlette.background import BackgroundTasks


def bare(*args, **kwargs) -> None: ...


def annotated(*args: Any, **kwargs: Any) -> None: ...


class Mailer:
    def send(self, *args, **kwargs) -> None: ...


def handler(tasks: BackgroundTasks, mailer: Mailer, user: str) -> None:
    tasks.add_task(bare, user)
    tasks.add_task(annotated, user)
    tasks.add_task(mailer.send, user)
