"""An enum class, called to look a member up, gets a keyword that it lacks.

Subject: classes

pyrefly lets any arguments through where the target is overloaded.
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
