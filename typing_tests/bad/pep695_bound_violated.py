"""An argument outside of a PEP 695 type parameter's bound.

Subject: generics
Needs: Python 3.12

mypy does not hold the arguments against what limits a type variable of the target.
"""

from typed_bg import BackgroundTasks


def measure[T: str](value: T, times: int) -> T:
    """Measure."""
    return value


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(measure, 1, times=2)  # E: argument-type
