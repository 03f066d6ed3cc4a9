"""The attributes of a single task.

Subject: collections
"""

from typed_bg import BackgroundTask, BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    task = BackgroundTask(send, "a")
    waits: bool = task.is_async
    print(waits, task.func, task.args, task.kwargs)
    tasks.tasks.append(task)
