"""A class without __init__ gets an argument.

Subject: classes
"""

from typed_bg import BackgroundTasks


class Marker:
    """A marker."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Marker, 1)  # E: too-many-arguments
