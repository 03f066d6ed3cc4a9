"""Background tasks for Starlette and FastAPI whose arguments are checked."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from typed_bg._core import hooks

if TYPE_CHECKING:
    from typed_bg._core.hooks import Router
    from typed_bg._core.task_registry import task
    from typed_bg.background import BackgroundTask, BackgroundTasks, FailedTask
    from typed_bg.exceptions import (
        EngineUnavailable,
        MissingCallError,
        TaskArgumentError,
        TaskError,
        TaskOptionError,
        TaskPayloadError,
        TaskTargetError,
        UnknownTaskError,
    )

__all__ = [
    "BackgroundTask",
    "BackgroundTasks",
    "EngineUnavailable",
    "FailedTask",
    "MissingCallError",
    "TaskArgumentError",
    "TaskError",
    "TaskOptionError",
    "TaskPayloadError",
    "TaskTargetError",
    "UnknownTaskError",
    "task",
]


def _load_router() -> Router:
    from typed_bg.engines.delivery import ROUTER  # noqa: PLC0415  # only apps with engines need it

    return ROUTER


def _check_requirements() -> None:
    importlib.import_module("typed_bg.engines.argument_codec")  # says what to install


# The core knows no engine; this package knows both.
hooks.connect(_load_router, _check_requirements)

if not TYPE_CHECKING:  # a type checker would take any name for one of this package
    # The command `typed-bg` uses nothing of Starlette, which takes most of the time to import.
    _MODULES = {
        "BackgroundTask": "background",
        "BackgroundTasks": "background",
        "FailedTask": "background",
        "task": "_core.task_registry",
    }

    def __getattr__(name: str) -> object:
        if name in ("background", "exceptions"):
            return importlib.import_module(f"{__name__}.{name}")
        if name not in __all__:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        module = importlib.import_module(f"{__name__}.{_MODULES.get(name, 'exceptions')}")
        globals()[name] = value = getattr(module, name)
        return value

    def __dir__() -> list[str]:
        return [*globals(), *__all__]
