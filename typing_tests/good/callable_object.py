"""An object with __call__.

Subject: callable objects
"""

from typed_bg import BackgroundTasks


class Counter:
    """Counts."""

    def __call__(self, step: int = 1) -> int:
        """Count on."""
        return step


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Counter())
    tasks.add_task(Counter(), step=2)
