"""print gets a separator that is not a str.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(print, "a", "b", sep=1)  # E: overload
