"""A dict literal contains a value of the wrong type.

Subject: values
"""

from typed_bg import BackgroundTasks


def send(headers: dict[str, str]) -> None:
    """Send with headers."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, {"a": "b", "c": 1})  # E: argument-type
