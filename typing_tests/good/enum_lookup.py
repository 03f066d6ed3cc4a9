"""An enum class, called to look up a member.

Subject: classes
"""

from enum import Enum

from typed_bg import BackgroundTasks


class Level(Enum):
    """A level."""

    LOW = 1


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Level, 1)
