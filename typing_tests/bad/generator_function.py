"""A generator function: calling it does not run its body.

Subject: run time only

The arguments fit, and a target may return anything, so no checker can reject it.
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
