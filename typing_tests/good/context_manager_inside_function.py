"""A task that enters a context manager itself.

Subject: coroutines
"""

from collections.abc import Generator
from contextlib import contextmanager

from typed_bg import BackgroundTasks


@contextmanager
def connected(host: str) -> Generator[str, None, None]:
    """Connect, then disconnect."""
    yield host


def send(to: str, host: str = "localhost") -> None:
    """Send an email."""
    with connected(host):
        to.strip()


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", host="b")
