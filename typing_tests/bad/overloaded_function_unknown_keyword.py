"""A keyword that no overload takes.

Subject: overloads

pyrefly accepts any arguments if the target is overloaded.
"""

from typing import overload

from typed_bg import BackgroundTasks


@overload
def store(key: str) -> str: ...
@overload
def store(key: int) -> int: ...
def store(key: str | int) -> str | int:
    """Store a value."""
    return key


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(store, name="a")  # E: overload
