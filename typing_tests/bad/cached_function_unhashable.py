"""A function decorated with functools.cache gets an unhashable argument.

Subject: functools
"""

from functools import cache

from typed_bg import BackgroundTasks


@cache
def load(keys: tuple[str, ...]) -> int:
    """Load."""
    return len(keys)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(load, ["a"])  # E: argument-type
