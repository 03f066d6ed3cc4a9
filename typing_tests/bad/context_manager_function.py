"""A function decorated with contextmanager: calling it does not enter the context.

Subject: run time only
"""

from collections.abc import Generator
from contextlib import contextmanager

from typed_bg import BackgroundTasks

ran: list[str] = []


@contextmanager
def connected(host: str) -> Generator[None, None, None]:
    """Connect, then disconnect."""
    ran.append(host)
    yield


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(connected, "a")  # E: run-time-only
