"""A task with a name of its own; an option that is None is none.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send, name="welcome")("a")
    tasks.add(send, name=None, key=None, delay=None)("a", retries=2)
