"""A class with an overloaded __init__.

Subject: overloads
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
