"""shutil.rmtree, which is an object with overloads and a deprecated parameter.

Subject: standard library

zuban selects the deprecated overload, whose `onerror` is required, and rejects the call.
"""

import shutil

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(shutil.rmtree, "no-such-directory", ignore_errors=True)
