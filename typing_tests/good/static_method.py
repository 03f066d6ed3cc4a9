"""A static method, accessed through the class and through an instance.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Cache:
    """A cache."""

    @staticmethod
    def purge(older_than: int) -> None:
        """Purge."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Cache.purge, 10)
    tasks.add_task(Cache().purge, older_than=10)
