"""The first step's result kept, and called twice.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later = tasks.add(send)
    later("a")
    later("b", retries=1)
