"""An object that is not callable.

Subject: callable objects
"""

from typed_bg import BackgroundTasks


class Notifier:
    """Has no __call__."""

    def notify(self) -> None:
        """Notify."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Notifier())  # E: not-callable
