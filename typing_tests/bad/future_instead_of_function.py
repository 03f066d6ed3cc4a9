"""An asyncio.Future is passed instead of a function.

Subject: called instead of passed
"""

import asyncio

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    try:
        tasks.add_task(future)  # E: not-callable
    finally:
        future.cancel()
        loop.close()
