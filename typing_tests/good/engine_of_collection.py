"""A collection that is kept in process, and one that leaves it to the app.

Subject: engines
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.engine = "in_process"
    tasks.add_task(send, "a")
    tasks.engine = None
