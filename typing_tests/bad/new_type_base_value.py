"""A NewType parameter gets a plain int.

Subject: values

At run time a NewType is a normal int.
"""

from typing import NewType

from typed_bg import BackgroundTasks

UserId = NewType("UserId", int)


def greet(user: UserId) -> None:
    """Greet."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(greet, 1)  # E: argument-type
