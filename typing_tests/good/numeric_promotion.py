"""An int where a float is wanted, a bool where an int is.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def wait(seconds: float, times: int) -> None:
    """Wait."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(wait, 1, True)
