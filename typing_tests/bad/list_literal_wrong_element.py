"""A list literal with a wrong element.

Subject: values
"""

from typed_bg import BackgroundTasks


def send(to: list[str]) -> None:
    """Send mails."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, ["a", 1])  # E: argument-type
