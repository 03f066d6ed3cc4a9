"""Functions of operator, and callables that it creates.

Subject: standard library
"""

import operator

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(operator.add, 1, 2)
    tasks.add_task(operator.methodcaller("upper"), "a")
