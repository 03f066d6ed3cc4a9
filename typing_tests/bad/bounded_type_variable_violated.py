"""An argument outside a type variable's bound.

Subject: generics

mypy ignores the bound or constraints of the target's type variable.
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
