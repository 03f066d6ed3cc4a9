"""A dict that is unpacked for `**kwargs`.

Subject: splats
"""

from typed_bg import BackgroundTasks


def tag(name: str, **labels: str) -> None:
    """Tag an object."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    labels: dict[str, str] = {"colour": "red"}
    tasks.add_task(tag, "a", **labels)
