"""Tasks are added inside an async function.

Subject: coroutines
"""

from typed_bg import BackgroundTasks


async def send(to: str) -> None:
    """Send an email."""


async def handler(tasks: BackgroundTasks) -> dict[str, str]:
    """Handle a request."""
    tasks.add_task(send, "a")
    return {"message": "queued"}


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(handler, BackgroundTasks())
