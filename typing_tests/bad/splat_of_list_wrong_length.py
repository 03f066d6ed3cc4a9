"""A list of the wrong length is unpacked: its type does not say how long it is.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    words: list[str] = ["a", "b", "c"]
    tasks.add_task(send, *words)  # E: too-many-arguments
