"""One of the arguments for `**kwargs` has the wrong type.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def tag(name: str, **labels: str) -> None:
    """Tag an object."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(tag, "a", colour="red", size=4)  # E: argument-type
