"""A type variable with a bound.

Subject: generics
"""

from collections.abc import Sized
from typing import TypeVar

from typed_bg import BackgroundTasks

S = TypeVar("S", bound=Sized)


def measure(value: S, times: int = 1) -> S:
    """Measure."""
    return value


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(measure, "a", times=2)
    tasks.add_task(measure, [1])
