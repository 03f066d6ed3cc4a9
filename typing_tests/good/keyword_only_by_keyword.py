"""A keyword-only argument is passed by keyword.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def resize(name: str, *, width: int = 100) -> None:
    """Resize an image."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(resize, "a.png", width=200)
    tasks.add_task(resize, "a.png")
