"""shutil.rmtree has no such keyword.

Subject: standard library

pyrefly lets any arguments through where the target is overloaded.
"""

import shutil

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(shutil.rmtree, "no-such-directory", ignore=True)  # E: overload
