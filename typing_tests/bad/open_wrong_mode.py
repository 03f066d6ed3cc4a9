"""open gets a mode that is not a str.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(open, "a.log", mode=1)  # E: overload
