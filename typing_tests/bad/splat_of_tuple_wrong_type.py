"""A tuple with a wrong element is unpacked.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    arguments = ("a", "2")
    tasks.add_task(send, *arguments)  # E: argument-type
