"""Both steps in one line, by position and by keyword.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send)("a")
    tasks.add(send)("a", "hello", retries=2)
    tasks.add(send)(to="a", subject="hello")
