"""None is passed instead of a function.

Subject: called instead of passed
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(None)  # E: not-callable
