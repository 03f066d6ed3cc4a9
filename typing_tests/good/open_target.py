"""open, which has overloads for its mode.

Subject: standard library
"""

import os

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(open, os.devnull, "w", encoding="utf-8")
    tasks.add_task(open, os.devnull, mode="rb")
    tasks.tasks.clear()  # nobody would close the files
