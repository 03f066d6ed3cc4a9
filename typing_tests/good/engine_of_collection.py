"""A collection that always runs in process, and one that uses the app's engine.

Subject: engines
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.engine = "in_process"
    tasks.add_task(send, "a")
    tasks.engine = None
