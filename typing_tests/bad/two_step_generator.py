"""In two steps, a generator function is added: its body would never run.

Subject: two steps
"""

from collections.abc import Iterator

from typed_bg import BackgroundTasks


def send(to: str) -> Iterator[str]:
    """Send an email."""
    yield to


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send)("a")  # E: run-time-only
