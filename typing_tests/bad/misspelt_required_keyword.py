"""A misspelt required keyword: one unknown, one missing.

Subject: parameters

Checkers may name either half of the mistake, or both.
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", subjet="hello")  # E: unknown-keyword
