"""An unpacked dict has the wrong value type.

Subject: splats
"""

from typed_bg import BackgroundTasks


def tag(name: str, **labels: str) -> None:
    """Tag an object."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    labels: dict[str, int] = {"colour": 1}
    tasks.add_task(tag, "a", **labels)  # E: argument-type
