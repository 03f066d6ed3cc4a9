"""A target that may be None: some checkers report that, and nothing about the arguments."""

from collections.abc import Callable

from starlette.background import BackgroundTasks


def find(name: str) -> Callable[[str], None] | None: ...


def handler(tasks: BackgroundTasks) -> None:
    callback = find("mail")
    tasks.add_task(callback, "ada")
