"""The target is `Any` by annotation, by import, and by inference."""

import json
from typing import Any

from starlette.background import BackgroundTasks

from untyped_names import audit


class Registry:
    hook: Any = None


def handler(tasks: BackgroundTasks, registry: Registry, hook: Any, user: str) -> None:
    loaded = json.loads("{}")
    tasks.add_task(hook, user)
    tasks.add_task(audit, user)
    tasks.add_task(loaded, user)
    tasks.add_task(registry.hook, user)
