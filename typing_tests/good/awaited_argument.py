"""An argument that is awaited first.

Subject: values
"""

from typed_bg import BackgroundTasks


async def find(name: str) -> str:
    """Find."""
    return name


def send(to: str) -> None:
    """Send an email."""


async def handler(tasks: BackgroundTasks) -> None:
    """Handle."""
    tasks.add_task(send, await find("a"))


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(handler, BackgroundTasks())
