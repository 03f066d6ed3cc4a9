"""A misspelt keyword whose parameter has a default, so that nothing is missing.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "") -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a@example.org", subjet="hello")  # E: unknown-keyword
