"""A positional-only parameter of a C function gets its argument by keyword.

Subject: standard library
"""

import time

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(time.sleep, seconds=0)  # E: positional-only
