"""The class is passed where its callable instance was meant.

Subject: callable objects

The class itself is callable, without arguments: what tells the two apart is the argument.
"""

from typed_bg import BackgroundTasks


class Notifier:
    """Notifies."""

    def __call__(self, user: str) -> None:
        """Notify."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Notifier, "a")  # E: too-many-arguments
