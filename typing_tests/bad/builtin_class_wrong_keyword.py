"""int has no such keyword.

Subject: standard library

pyrefly lets any arguments through where the target is overloaded.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(int, "10", radix=2)  # E: overload
