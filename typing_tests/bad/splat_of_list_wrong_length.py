"""An unpacked list has the wrong length, but its type does not include the length.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    words: list[str] = ["a", "b", "c"]
    tasks.add_task(send, *words)  # E: too-many-arguments
