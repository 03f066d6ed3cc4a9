"""A parameter typed Self gets an instance of the base class.

Subject: methods
"""

from typing_extensions import Self

from typed_bg import BackgroundTasks


class Node:
    """A node."""

    def link(self, other: Self) -> Self:
        """Link two nodes."""
        return other


class Leaf(Node):
    """A leaf."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Leaf().link, Node())  # E: argument-type
