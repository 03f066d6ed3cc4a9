"""An enum class, called to look up a member, gets an unknown keyword.

Subject: classes

pyrefly accepts any arguments if the target is overloaded.
"""

from enum import Enum

from typed_bg import BackgroundTasks


class Level(Enum):
    """A level."""

    LOW = 1


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Level, 1)
    tasks.add_task(Level, level=1)  # E: unknown-keyword
