"""A function decorated with a context manager is missing an argument.

Subject: decorators
"""

from collections.abc import Generator
from contextlib import contextmanager

from typed_bg import BackgroundTasks


@contextmanager
def timed() -> Generator[None, None, None]:
    """Time what is inside."""
    yield


@timed()
def send(to: str, *, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, copies=2)  # E: missing-argument
