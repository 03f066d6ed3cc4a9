"""Parameters without annotation can still be counted.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def send(to, copies):  # E?: untyped-definition
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")  # E: missing-argument
