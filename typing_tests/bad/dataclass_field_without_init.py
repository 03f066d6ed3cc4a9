"""A dataclass gets an argument for a field with init=False.

Subject: classes
"""

from dataclasses import dataclass, field

from typed_bg import BackgroundTasks


@dataclass
class Job:
    """A job."""

    name: str
    attempts: int = field(default=0, init=False)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Job, "a", attempts=1)  # E: unknown-keyword
