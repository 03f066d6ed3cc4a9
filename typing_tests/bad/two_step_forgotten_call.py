"""The second step is forgotten, so that nothing is added.

Subject: two steps

The first step's result is a value like any other to a type checker.
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send)  # E: run-time-only
