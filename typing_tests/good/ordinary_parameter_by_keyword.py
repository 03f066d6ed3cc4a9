"""Ordinary arguments can be passed by keyword and in any order.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, subject="hello", to="a@example.org")
