"""A class in a variable of type type[Base] gets a wrong argument.

Subject: classes

mypy accepts any arguments for a target of type `type[...]`.
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
    tasks.add_task(kind, 1)  # E: argument-type


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, Child)
