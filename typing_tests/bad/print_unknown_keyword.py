"""print gets an unknown keyword.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(print, "a", color="red")  # E: overload
