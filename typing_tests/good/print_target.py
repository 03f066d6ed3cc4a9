"""print takes any arguments.

Subject: standard library
"""

import sys

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(print, "a", 1, sep=", ", file=sys.stderr)
