"""A class whose overloaded __init__ does not accept these arguments.

Subject: overloads

pyrefly accepts any arguments if the target is overloaded.
"""

from typing import overload

from typed_bg import BackgroundTasks


class Size:
    """A size."""

    @overload
    def __init__(self, value: int) -> None: ...
    @overload
    def __init__(self, value: str, unit: str) -> None: ...
    def __init__(self, value: int | str, unit: str = "px") -> None:
        self.value = value
        self.unit = unit


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Size, 1)
    tasks.add_task(Size, "1", "em")
    tasks.add_task(Size, 1.5)  # E: overload
