"""A context manager used as a decorator keeps the function's signature.

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
    tasks.add_task(send, "a", copies=2)
