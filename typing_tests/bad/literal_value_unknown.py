"""A Literal parameter gets a value that it does not list.

Subject: values
"""

from typing import Literal

from typed_bg import BackgroundTasks


def set_level(level: Literal["low", "high"]) -> None:
    """Set the level."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(set_level, "medium")  # E: argument-type
