"""A frozen dataclass with slots that inherits a field.

Subject: classes
"""

from dataclasses import dataclass

from typed_bg import BackgroundTasks


@dataclass(frozen=True, slots=True)
class Base:
    """A base."""

    name: str


@dataclass(frozen=True, slots=True)
class Job(Base):
    """A job."""

    retries: int = 3


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Job, "a", retries=1)
