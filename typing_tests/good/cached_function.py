"""A function decorated with lru_cache.

Subject: functools
"""

from functools import lru_cache

from typed_bg import BackgroundTasks


@lru_cache(maxsize=8)
def load(key: str, depth: int = 1) -> int:
    """Load."""
    return len(key) + depth


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(load, "a", depth=2)
    tasks.add_task(load.cache_clear)
