"""shutil.copyfile is missing its destination.

Subject: standard library
"""

import shutil
from pathlib import Path

from typed_bg import BackgroundTasks


def later(tasks: BackgroundTasks, source: Path) -> None:
    """Copy in the background."""
    tasks.add_task(shutil.copyfile, source)  # E: no-solution


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, Path("a.log"))
