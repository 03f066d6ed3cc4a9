"""An argument that was awaited.

Subject: values
"""

from typed_bg import BackgroundTasks


async def find(name: str) -> str:
    """Find."""
    return name


def send(to: str) -> None:
    """Send a mail."""


async def handler(tasks: BackgroundTasks) -> None:
    """Handle."""
    tasks.add_task(send, await find("a"))


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(handler, BackgroundTasks())
