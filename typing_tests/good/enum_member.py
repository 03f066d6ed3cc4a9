"""An enum parameter gets a member.

Subject: values
"""

from enum import Enum

from typed_bg import BackgroundTasks


class Level(Enum):
    """A level."""

    LOW = "low"


def set_level(level: Level) -> None:
    """Set the level."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(set_level, Level.LOW)
