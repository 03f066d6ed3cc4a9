"""A partial of a generator function: calling it does not run the body.

Subject: run time only
"""

from collections.abc import Iterator
from functools import partial

from typed_bg import BackgroundTasks

ran: list[str] = []


def send_all(names: list[str]) -> Iterator[str]:
    """Send to each."""
    for name in names:
        ran.append(name)
        yield name


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(send_all, ["a"]))  # E: run-time-only
