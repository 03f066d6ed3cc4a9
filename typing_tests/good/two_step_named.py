"""A task with its own name. An option that is None has no effect.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send, name="welcome")("a")
    tasks.add(send, name=None, key=None, delay=None)("a", retries=2)
