"""A function decorated with lru_cache is missing an argument.

Subject: functools

The stub's `_lru_cache_wrapper.__call__` takes `*args: Hashable`, so checkers accept any call.
"""

from functools import lru_cache

from typed_bg import BackgroundTasks


@lru_cache(maxsize=8)
def load(key: str) -> int:
    """Load."""
    return len(key)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(load)  # E: missing-argument
