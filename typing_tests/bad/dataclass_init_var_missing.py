"""A dataclass is missing its InitVar.

Subject: classes
"""

from dataclasses import InitVar, dataclass

from typed_bg import BackgroundTasks


@dataclass
class Job:
    """A job."""

    name: str
    seed: InitVar[int]

    def __post_init__(self, seed: int) -> None:
        """Use the seed."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Job, "a")  # E: missing-argument
