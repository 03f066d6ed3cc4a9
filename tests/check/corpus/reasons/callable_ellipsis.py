"""A target whose type takes any arguments."""

from collections.abc import Callable

from starlette.background import BackgroundTasks


def handler(tasks: BackgroundTasks, hook: Callable[..., None], user: str) -> None:
    tasks.add_task(hook, user)
