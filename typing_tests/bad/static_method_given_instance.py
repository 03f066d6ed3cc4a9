"""A static method gets an instance, as if it were a bound method.

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
    tasks.add_task(Cache.purge, Cache(), 10)  # E: too-many-arguments
