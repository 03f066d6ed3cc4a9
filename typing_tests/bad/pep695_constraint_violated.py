"""An argument outside of a PEP 695 type parameter's constraints.

Subject: generics
Needs: Python 3.12

mypy does not hold the arguments against what limits a type variable of the target.
"""

from typed_bg import BackgroundTasks


def join[T: (str, bytes)](value: T) -> T:
    """Join."""
    return value


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(join, 1)  # E: argument-type
