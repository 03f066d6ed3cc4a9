"""An argument outside the constraints of a PEP 695 type parameter.

Subject: generics
Needs: Python 3.12

If `add_task` took a `Callable[P, Any]`, mypy would ignore it.
"""

from typed_bg import BackgroundTasks


def join[T: (str, bytes)](value: T) -> T:
    """Join."""
    return value


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(join, 1)  # E: argument-type
