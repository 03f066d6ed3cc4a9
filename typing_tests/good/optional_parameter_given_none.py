"""None for a parameter that allows it.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def remind(name: str, at: float | None) -> None:
    """Remind."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(remind, "a", None)
    tasks.add_task(remind, "a", 1.5)
