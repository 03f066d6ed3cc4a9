"""An async generator function: calling it does not run its body.

Subject: run time only
"""

from collections.abc import AsyncIterator

from typed_bg import BackgroundTasks

ran: list[str] = []


async def send_all(names: list[str]) -> AsyncIterator[str]:
    """Send to each."""
    for name in names:
        ran.append(name)
        yield name


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send_all, ["a"])  # E: run-time-only
