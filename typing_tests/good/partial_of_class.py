"""A partial of a class.

Subject: functools
"""

from dataclasses import dataclass
from functools import partial

from typed_bg import BackgroundTasks


@dataclass
class Job:
    """A job."""

    name: str
    retries: int = 3


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(partial(Job, retries=1), "a")
