"""str.upper gets bytes.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(str.upper, b"a")  # E: overload
