"""A str is appended to a list of int.

Subject: standard library
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    seen: list[int] = []
    tasks.add_task(seen.append, "1")  # E: argument-type
