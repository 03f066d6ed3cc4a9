"""A str is passed for bytes.

Subject: values
"""

from typed_bg import BackgroundTasks


def store(body: bytes) -> None:
    """Store."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(store, "body")  # E: argument-type
