"""add_task is called without arguments.

Subject: names
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task()  # E: missing-argument
