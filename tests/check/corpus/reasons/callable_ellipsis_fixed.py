"""The same with the parameters."""

from collections.abc import Callable

from starlette.background import BackgroundTasks


def handler(tasks: BackgroundTasks, hook: Callable[[str], None], user: str) -> None:
    tasks.add_task(hook, user)
