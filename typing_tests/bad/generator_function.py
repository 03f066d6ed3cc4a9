"""A generator function: calling it runs nothing.

Subject: run time only

Its call fits, and what a target returns is free: no checker can object.
"""

from collections.abc import Iterator

from typed_bg import BackgroundTasks

ran: list[str] = []


def send_all(names: list[str]) -> Iterator[str]:
    """Send to each."""
    for name in names:
        ran.append(name)
        yield name


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send_all, ["a"])  # E: run-time-only
