"""A C function whose parameters have no names.

Subject: standard library
"""

import time

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(time.sleep, 0)
