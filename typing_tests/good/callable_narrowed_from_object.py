"""An object that an if statement narrows to a callable.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def later(tasks: BackgroundTasks, hook: object) -> None:
    """Add a task."""
    if callable(hook):
        tasks.add_task(hook)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, lambda: None)
    later(tasks, 1)
