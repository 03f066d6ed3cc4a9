"""A function passes on its own *args and **kwargs of one type.

Subject: splats
"""

from typed_bg import BackgroundTasks


def tag(*names: str, **labels: int) -> None:
    """Tag objects."""


def later(tasks: BackgroundTasks, *names: str, **labels: int) -> None:
    """Tag in the background."""
    tasks.add_task(tag, *names, **labels)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, "a", "b", size=1)
