"""A plain function that returns a coroutine, which Starlette never awaits.

Subject: run time only
"""

from collections.abc import Awaitable

from typed_bg import BackgroundTasks

ran: list[str] = []


async def send(to: str) -> None:
    """Send an email."""
    ran.append(to)


def send_greeting(name: str) -> Awaitable[None]:
    """Send a greeting."""
    return send(f"hello {name}")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send_greeting, "a")  # E: run-time-only
