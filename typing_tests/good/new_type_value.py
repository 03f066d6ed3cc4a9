"""A NewType parameter gets a value of that type.

Subject: values
"""

from typing import NewType

from typed_bg import BackgroundTasks

UserId = NewType("UserId", int)


def greet(user: UserId) -> None:
    """Greet."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(greet, UserId(1))
