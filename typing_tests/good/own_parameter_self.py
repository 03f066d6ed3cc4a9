"""A target with its own parameter called self, passed by keyword.

Subject: names
"""

from typed_bg import BackgroundTasks


def describe(self: str, width: int = 10) -> None:
    """Describe."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(describe, self="a", width=3)
