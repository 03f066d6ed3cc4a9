"""shutil.rmtree, which is an object with overloads, in two steps.

Subject: two steps
"""

import shutil

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(shutil.rmtree)("no-such-directory", ignore_errors=True)
