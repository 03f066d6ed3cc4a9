"""Behind a contextmanager used as a decorator, an argument is missing.

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
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, copies=2)  # E: missing-argument
