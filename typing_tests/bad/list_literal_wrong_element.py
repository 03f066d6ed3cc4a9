"""A list literal contains an element of the wrong type.

Subject: values
"""

from typed_bg import BackgroundTasks


def send(to: list[str]) -> None:
    """Send emails."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, ["a", 1])  # E: argument-type
