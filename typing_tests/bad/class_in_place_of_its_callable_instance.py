"""A class is passed instead of its callable instance.

Subject: callable objects

The class itself is callable without arguments, so only the argument is wrong.
"""

from typed_bg import BackgroundTasks


class Notifier:
    """Notifies."""

    def __call__(self, user: str) -> None:
        """Notify."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Notifier, "a")  # E: too-many-arguments
