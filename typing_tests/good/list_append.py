"""A method of a built-in list.

Subject: standard library
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    seen: list[int] = []
    tasks.add_task(seen.append, 1)
    tasks.add_task(seen.extend, [1, 2])
