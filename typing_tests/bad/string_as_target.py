"""The name of a function is passed instead of the function.

Subject: callable objects
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task("send", "a")  # E: not-callable
