"""A dataclass is missing a field without a default.

Subject: classes
"""

from dataclasses import dataclass

from typed_bg import BackgroundTasks


@dataclass
class Job:
    """A job."""

    name: str
    owner: str
    retries: int = 3


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Job, "a")  # E: missing-argument
