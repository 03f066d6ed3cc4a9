"""The target's own parameter args gets an argument of the wrong type.

Subject: names
"""

from typed_bg import BackgroundTasks


def run(args: list[str], kwargs: dict[str, int]) -> None:
    """Run."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run, args="a", kwargs={})  # E: argument-type
