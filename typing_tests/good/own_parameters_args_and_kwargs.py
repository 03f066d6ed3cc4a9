"""A target with ordinary parameters called args and kwargs.

Subject: names
"""

from typed_bg import BackgroundTasks


def run(args: list[str], kwargs: dict[str, int]) -> None:
    """Run."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run, args=["a"], kwargs={"b": 1})
    tasks.add_task(run, ["a"], kwargs={})
