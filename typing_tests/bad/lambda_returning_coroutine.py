"""A lambda that returns a coroutine, which Starlette never awaits.

Subject: run time only
"""

from typed_bg import BackgroundTasks

ran: list[str] = []


async def send(to: str) -> None:
    """Send an email."""
    ran.append(to)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(lambda: send("a"))  # E: run-time-only
