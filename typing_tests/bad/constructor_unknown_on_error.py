"""on_error gets an unknown value.

Subject: collections
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.tasks.append(BackgroundTasks(on_error="ignore"))  # E: argument-type
