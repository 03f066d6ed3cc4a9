"""shutil.rmtree gets an unknown keyword.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

import shutil

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(shutil.rmtree, "no-such-directory", ignore=True)  # E: overload
