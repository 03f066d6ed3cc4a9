"""An inherited method, called through super().

Subject: methods
"""

from typed_bg import BackgroundTasks


class Base:
    """A base."""

    def flush(self, force: bool) -> None:
        """Flush."""


class Child(Base):
    """A child."""

    def close(self, tasks: BackgroundTasks) -> None:
        """Flush in the background, then close."""
        tasks.add_task(super().flush, force=True)
        tasks.add_task(self.flush, False)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    Child().close(tasks)
