"""A class method, accessed through the class and through an instance.

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
    tasks.add_task(Cache.drop, "a")
    tasks.add_task(Cache().drop, key="a")
