"""An argument that only a subclass's override accepts, passed through a variable of the base class.

Subject: methods

At run time the object is a Child, so the call works. Only a checker can reject it.
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


def later(tasks: BackgroundTasks, base: Base) -> None:
    """Flush in the background."""
    tasks.add_task(base.flush, force=True)  # E: unknown-keyword


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, Child())
