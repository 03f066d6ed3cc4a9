"""print has no such keyword.

Subject: standard library
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(print, "a", color="red")  # E: overload
