"""A positional-only argument is passed by keyword.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def archive(path: str, /, days: int) -> None:
    """Archive a file."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(archive, "a.log", 3)
    tasks.add_task(archive, path="a.log", days=3)  # E: positional-only
