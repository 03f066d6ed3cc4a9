"""on_error is passed by position.

Subject: collections
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTasks(None, "continue"))  # E: too-many-arguments
