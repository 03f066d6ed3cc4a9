"""A keyword is misspelled, but its parameter has a default, so no argument is missing.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "") -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", subjet="hello")  # E: unknown-keyword
