"""An argument outside a type variable's bound.

Subject: generics

If `add_task` took a `Callable[P, Any]`, mypy would ignore the bound.
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
