"""shutil.copyfile with paths.

Subject: standard library
"""

import shutil
from pathlib import Path

from typed_bg import BackgroundTasks


def later(tasks: BackgroundTasks, source: Path) -> None:
    """Copy in the background."""
    tasks.add_task(shutil.copyfile, source, source.with_suffix(".bak"))


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    source = Path("a.log")
    source.touch()
    later(tasks, source)
