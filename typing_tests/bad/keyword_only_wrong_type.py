"""A keyword argument has the wrong type.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def resize(name: str, *, width: int) -> None:
    """Resize an image."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(resize, "a.png", width="wide")  # E: argument-type
