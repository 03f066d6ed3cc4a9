"""int gets a keyword that it does not take.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(int, "10", radix=2)  # E: overload
