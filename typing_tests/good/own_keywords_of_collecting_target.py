"""Keywords called func, self, args and kwargs for a target with `**kwargs`.

Subject: names
"""

from typed_bg import BackgroundTasks


def log(message: str, **fields: object) -> None:
    """Log."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(log, "a", func="b", self="c", args="d", kwargs="e", task_args="f")
