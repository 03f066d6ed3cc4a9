"""operator.setitem is missing its value.

Subject: standard library

pyrefly accepts any arguments if the target is overloaded.
"""

import operator

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    store: dict[str, int] = {}
    tasks.add_task(operator.setitem, store, "a")  # E: overload
