"""A module is passed instead of one of its functions.

Subject: callable objects
"""

import shutil

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(shutil)  # E: not-callable
