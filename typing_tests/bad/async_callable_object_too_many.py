"""An object with an async __call__ gets one argument too many.

Subject: callable objects
"""

from typed_bg import BackgroundTasks


class Notifier:
    """Notifies."""

    async def __call__(self, user: str) -> None:
        """Notify."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Notifier(), "a", "b")  # E: too-many-arguments
