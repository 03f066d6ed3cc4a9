"""operator.setitem lacks its value.

Subject: standard library
"""

import operator

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    store: dict[str, int] = {}
    tasks.add_task(operator.setitem, store, "a")  # E: overload
