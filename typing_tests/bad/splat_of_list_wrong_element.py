"""An unpacked list has the wrong element type.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(*to: str) -> None:
    """Send emails."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    numbers: list[int] = [1, 2]
    tasks.add_task(send, *numbers)  # E: argument-type
