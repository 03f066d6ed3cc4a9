"""A built-in method gets one argument too many.

Subject: standard library
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    seen: list[int] = []
    tasks.add_task(seen.append, 1, 2)  # E: too-many-arguments
