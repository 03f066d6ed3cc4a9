"""Parameters called task, task_args and tasks belong only to the target.

Subject: names
"""

from typed_bg import BackgroundTasks


def finish(task: str, tasks: int, on_error: str) -> None:
    """Finish."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(finish, task="a", tasks=1, on_error="stop")
