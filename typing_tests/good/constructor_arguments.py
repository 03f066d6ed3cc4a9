"""The constructor's arguments, alone and together.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    BackgroundTasks(None)
    BackgroundTasks([BackgroundTask(send, "a")])
    BackgroundTasks(tasks=tasks.tasks, on_error="continue", max_concurrency=4)
    BackgroundTasks(on_error="stop")
