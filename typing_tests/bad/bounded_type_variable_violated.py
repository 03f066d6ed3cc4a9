"""An argument outside of a type variable's bound.

Subject: generics

mypy does not hold the arguments against what limits a type variable of the target.
"""

from collections.abc import Sized
from typing import TypeVar

from typed_bg import BackgroundTasks

S = TypeVar("S", bound=Sized)


def measure(value: S) -> S:
    """Measure."""
    return value


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(measure, 1)  # E: argument-type
