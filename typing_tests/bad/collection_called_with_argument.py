"""A collection is called with an argument, but it takes none.

Subject: collections
"""

from typed_bg import BackgroundTasks


async def run(tasks: BackgroundTasks) -> None:
    """Run what was added."""
    await tasks("now")  # E: too-many-arguments


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run, BackgroundTasks())
