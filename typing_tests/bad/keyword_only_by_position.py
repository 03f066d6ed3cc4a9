"""A keyword-only argument is passed by position.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def resize(name: str, *, width: int = 100) -> None:
    """Resize an image."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(resize, "a.png", 200)  # E: too-many-arguments
