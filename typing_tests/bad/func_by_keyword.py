"""The target is passed by keyword, where add_task wants it first.

Subject: names
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(func=send, to="a")  # E: missing-argument
