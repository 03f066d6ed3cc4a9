"""An argument without the method that the protocol requires.

Subject: values
"""

from typing import Protocol

from typed_bg import BackgroundTasks


class Closable(Protocol):
    """Anything that closes."""

    def close(self) -> None:
        """Close."""


class Connection:
    """A connection that disconnects."""

    def disconnect(self) -> None:
        """Disconnect."""


def release(other: Closable) -> None:
    """Release."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(release, Connection())  # E: argument-type
