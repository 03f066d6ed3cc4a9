"""A class in a variable of type type[Base].

Subject: classes
"""

from typed_bg import BackgroundTasks


class Base:
    """A base."""

    def __init__(self, name: str) -> None:
        self.name = name


class Child(Base):
    """A child."""


def later(tasks: BackgroundTasks, kind: type[Base]) -> None:
    """Make one in the background."""
    tasks.add_task(kind, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, Child)
