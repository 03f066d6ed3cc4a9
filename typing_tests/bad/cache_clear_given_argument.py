"""cache_clear gets an argument, but it takes none.

Subject: functools
"""

from functools import lru_cache

from typed_bg import BackgroundTasks


@lru_cache
def load(key: str) -> int:
    """Load."""
    return len(key)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(load.cache_clear, "a")  # E: too-many-arguments
