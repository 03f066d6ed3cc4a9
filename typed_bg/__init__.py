"""Background tasks for Starlette and FastAPI whose arguments are checked."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from typed_bg._core import hooks
from typed_bg._core.registry import task
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

if TYPE_CHECKING:
    from typed_bg._core.hooks import Router

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
    importlib.import_module("typed_bg.engines.arguments")  # says what to install


# The core knows no engine; this package knows both.
hooks.connect(_load_router, _check_requirements)
