"""A collection takes no arguments when it runs.

Subject: collections
"""

from typed_bg import BackgroundTasks


async def run(tasks: BackgroundTasks) -> None:
    """Run what was added."""
    await tasks("now")  # E: too-many-arguments


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run, BackgroundTasks())
