"""Arguments that are a subclass, and a class that matches a protocol.

Subject: values
"""

from typing import Protocol

from typed_bg import BackgroundTasks


class Closable(Protocol):
    """Anything that closes."""

    def close(self) -> None:
        """Close."""


class Connection:
    """A connection."""

    def close(self) -> None:
        """Close."""


class Pooled(Connection):
    """A pooled connection."""


def release(connection: Connection, other: Closable) -> None:
    """Release."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(release, Pooled(), Connection())
