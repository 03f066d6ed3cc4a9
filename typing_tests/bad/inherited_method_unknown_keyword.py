"""An inherited method, called through super(), gets an unknown keyword.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Base:
    """A base."""

    def flush(self, force: bool = False) -> None:
        """Flush."""


class Child(Base):
    """A child."""

    def close(self, tasks: BackgroundTasks) -> None:
        """Flush in the background, then close."""
        tasks.add_task(super().flush, forced=True)  # E: unknown-keyword


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    Child().close(tasks)
