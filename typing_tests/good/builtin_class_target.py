"""Built-in classes.

Subject: standard library
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(int, "10", base=2)
    tasks.add_task(bytes, 3)
