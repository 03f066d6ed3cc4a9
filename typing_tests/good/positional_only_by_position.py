"""A positional-only argument is passed by position.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def archive(path: str, /, days: int) -> None:
    """Archive a file."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(archive, "a.log", days=3)
