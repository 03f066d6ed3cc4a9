"""An argument outside the bound of a PEP 695 type parameter.

Subject: generics
Needs: Python 3.12

If `add_task` took a `Callable[P, Any]`, mypy would ignore it.
"""

from typed_bg import BackgroundTasks


def measure[T: str](value: T, times: int) -> T:
    """Measure."""
    return value


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(measure, 1, times=2)  # E: argument-type
