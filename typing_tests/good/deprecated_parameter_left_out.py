"""A call without arguments selects the overload that takes none.

Subject: overloads
"""

from typing import overload

from typed_bg import BackgroundTasks


@overload
def purge() -> None: ...
@overload
def purge(key: str, /) -> None: ...
def purge(key: str = "", /) -> None:
    """Purge one key or all."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(purge)
    tasks.add_task(purge, "a")
