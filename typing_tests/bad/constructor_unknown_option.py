"""The constructor gets an unknown option.

Subject: collections
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTasks(concurrency=4))  # E: unknown-keyword
