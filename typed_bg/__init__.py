"""Background tasks whose arguments are checked."""

from typed_bg.background import BackgroundTask, BackgroundTasks

__all__ = ["BackgroundTask", "BackgroundTasks"]
