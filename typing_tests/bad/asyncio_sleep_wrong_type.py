"""asyncio.sleep gets a str.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

import asyncio

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(asyncio.sleep, "0")  # E: argument-type
