"""An argument that should have been awaited.

Subject: values
"""

from typed_bg import BackgroundTasks


async def find(name: str) -> str:
    """Find."""
    return name


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    address = find("a")
    tasks.add_task(send, address)  # E: argument-type
    address.close()
