"""Each argument fits one overload, but no overload fits both.

Subject: overloads

The implementation accepts the mixture, so nothing fails at run time.

pyrefly accepts any arguments if the target is overloaded, and mypy misses the mixture.
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
    tasks.add_task(store, "a", b"1")  # E: overload
