"""An unpacked tuple with known element types.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    arguments = ("a", 2)
    tasks.add_task(send, *arguments)
