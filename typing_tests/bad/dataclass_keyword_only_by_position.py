"""A keyword-only dataclass gets a field by position.

Subject: classes
"""

from dataclasses import dataclass

from typed_bg import BackgroundTasks


@dataclass(kw_only=True)
class Job:
    """A job."""

    name: str


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Job, "a")  # E: too-many-arguments
