"""The same with types."""

from collections.abc import Callable

from starlette.background import BackgroundTasks

from typed_names import audit


def load() -> Callable[[str], None]:
    return audit


class Registry:
    def __init__(self, hook: Callable[[str], None]) -> None:
        self.hook = hook


def handler(
    tasks: BackgroundTasks, registry: Registry, hook: Callable[[str], None], user: str
) -> None:
    loaded = load()
    tasks.add_task(hook, user)
    tasks.add_task(audit, user)
    tasks.add_task(loaded, user)
    tasks.add_task(registry.hook, user)
