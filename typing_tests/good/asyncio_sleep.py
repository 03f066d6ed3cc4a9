"""asyncio.sleep with a result.

Subject: standard library
"""

import asyncio

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(asyncio.sleep, 0, result="done")
