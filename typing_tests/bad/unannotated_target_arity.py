"""A target without annotations is missing an argument, which checkers can still count.

Subject: any and optional
"""

from typed_bg import BackgroundTasks


def send(to, copies):  # E?: untyped-definition
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")  # E: missing-argument
