"""A dataclass with defaults, a factory and a keyword-only field.

Subject: classes
"""

from dataclasses import dataclass, field

from typed_bg import BackgroundTasks


@dataclass
class Job:
    """A job."""

    name: str
    tags: list[str] = field(default_factory=list[str])
    retries: int = field(default=3, kw_only=True)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Job, "a")
    tasks.add_task(Job, "a", ["x"], retries=1)
