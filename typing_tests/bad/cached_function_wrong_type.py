"""A function decorated with functools.cache gets an argument of the wrong type.

Subject: functools

The stub's `_lru_cache_wrapper.__call__` takes `*args: Hashable`, so checkers accept any call.
"""

from functools import cache

from typed_bg import BackgroundTasks


@cache
def load(key: str) -> str:
    """Load."""
    return key


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(load, 1)  # E: argument-type
