"""A function with PEP 695 type parameters.

Subject: generics
Needs: Python 3.12
"""

from typed_bg import BackgroundTasks


def pair[T](first: T, second: list[T]) -> T:
    """Pair."""
    return second[0] if second else first


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(pair, 1, [2])
