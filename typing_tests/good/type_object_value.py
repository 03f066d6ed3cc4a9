"""A class as an argument of a task.

Subject: values
"""

from typed_bg import BackgroundTasks


class Model:
    """A model."""


class User(Model):
    """A user."""


def purge(kind: type[Model], keep: int = 0) -> None:
    """Purge."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(purge, User, keep=1)
