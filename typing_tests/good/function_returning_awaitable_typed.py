"""A target that returns a value, which is ignored.

Subject: coroutines
"""

from typed_bg import BackgroundTasks


async def count(name: str) -> int:
    """Count."""
    return len(name)


def size(name: str) -> int:
    """Give the size."""
    return len(name)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(count, "a")
    tasks.add_task(size, "a")
