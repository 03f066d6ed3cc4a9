"""Background tasks for Starlette and FastAPI whose arguments are checked."""

from typed_bg.background import BackgroundTask, BackgroundTasks
from typed_bg.exceptions import TaskArgumentError, TaskError, TaskTargetError

__all__ = [
    "BackgroundTask",
    "BackgroundTasks",
    "TaskArgumentError",
    "TaskError",
    "TaskTargetError",
]
