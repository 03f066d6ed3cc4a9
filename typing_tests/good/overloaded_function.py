"""A function with two overloads, called with each.

Subject: overloads
"""

from typing import overload

from typed_bg import BackgroundTasks


@overload
def store(key: str, value: int) -> int: ...
@overload
def store(key: bytes, value: bytes) -> bytes: ...
def store(key: str | bytes, value: int | bytes) -> int | bytes:
    """Store a value."""
    return value


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(store, "a", 1)
    tasks.add_task(store, b"a", b"1")
