"""A class method gets an argument of the wrong type.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Cache:
    """A cache."""

    @classmethod
    def drop(cls, key: str) -> None:
        """Drop a key."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Cache.drop, 1)  # E: argument-type
