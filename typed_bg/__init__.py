"""Background tasks for Starlette and FastAPI whose arguments are checked."""

from typed_bg._core.registry import task
from typed_bg.background import BackgroundTask, BackgroundTasks
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
    "MissingCallError",
    "TaskArgumentError",
    "TaskError",
    "TaskOptionError",
    "TaskPayloadError",
    "TaskTargetError",
    "UnknownTaskError",
    "task",
]
