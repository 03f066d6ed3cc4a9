"""A handler whose parameter `tasks` has no annotation.

Subject: any and optional

pyright's and basedpyright's strict modes report the receiver's unknown type, not the keyword.
"""

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def handler(tasks, to: str) -> None:  # E?: untyped-definition
    """Handle."""
    tasks.add_task(send, to, urgent=True)  # E: unknown-keyword


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    handler(tasks, "a")  # E?: untyped-definition
