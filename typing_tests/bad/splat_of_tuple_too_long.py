"""An unpacked tuple is too long.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    arguments = ("a", "b")
    tasks.add_task(send, *arguments)  # E: too-many-arguments
