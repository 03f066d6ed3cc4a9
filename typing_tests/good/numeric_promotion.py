"""An int for a float, and a bool for an int.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def wait(seconds: float, times: int) -> None:
    """Wait."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(wait, 1, True)
