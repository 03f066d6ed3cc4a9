"""The result of the first step, stored in a variable and called twice.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later = tasks.add(send)
    later("a")
    later("b", retries=1)
