"""An override that accepts more than the method it overrides.

Subject: methods
"""

from typing_extensions import override

from typed_bg import BackgroundTasks


class Base:
    """A base."""

    def flush(self) -> None:
        """Flush."""


class Child(Base):
    """A child."""

    @override
    def flush(self, force: bool = False) -> None:
        """Flush."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Child().flush, force=True)
