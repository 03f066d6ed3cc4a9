"""The target's own parameter self gets a value by position and by keyword.

Subject: names
"""

from typed_bg import BackgroundTasks


def describe(self: str, width: int = 10) -> None:
    """Describe."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(describe, "a", self="b")  # E: duplicate-argument
