"""A positional-only parameter with a default, next to a keyword of the same name in `**kwargs`.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def tag(name: str = "", /, **labels: str) -> None:
    """Tag an object."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(tag)
    tasks.add_task(tag, "a", name="b")
