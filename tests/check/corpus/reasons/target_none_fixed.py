"""The same with a check for None."""

from collections.abc import Callable

from starlette.background import BackgroundTasks


def find(name: str) -> Callable[[str], None] | None: ...


def handler(tasks: BackgroundTasks) -> None:
    callback = find("mail")
    if callback is not None:
        tasks.add_task(callback, "ada")
