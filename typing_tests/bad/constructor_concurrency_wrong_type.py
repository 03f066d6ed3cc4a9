"""max_concurrency gets a value that is not a number.

Subject: collections
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTasks(max_concurrency="4"))  # E: argument-type
