"""The second step is forgotten, so no task is added.

Subject: two steps

For a type checker, the result of the first step is a normal value.
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send)  # E: run-time-only
