"""A required keyword is misspelled, so one keyword is unknown and one is missing.

Subject: parameters

Checkers may report either half of the mistake, or both.
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", subjet="hello")  # E: unknown-keyword
