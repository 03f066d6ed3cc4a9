"""Methods of a dict, a set and a deque.

Subject: standard library
"""

from collections import deque

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    store: dict[str, int] = {}
    seen: set[str] = set()
    queue: deque[int] = deque()
    tasks.add_task(store.update, a=1)
    tasks.add_task(seen.add, "a")
    tasks.add_task(queue.appendleft, 1)
