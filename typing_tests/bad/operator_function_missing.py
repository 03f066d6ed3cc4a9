"""operator.setitem lacks its value.

Subject: standard library

pyrefly lets any arguments through where the target is overloaded.
"""

import operator

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    store: dict[str, int] = {}
    tasks.add_task(operator.setitem, store, "a")  # E: overload
