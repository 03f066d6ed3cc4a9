"""A type variable with constraints.

Subject: generics
"""

from typing import AnyStr

from typed_bg import BackgroundTasks


def join(first: AnyStr, second: AnyStr) -> AnyStr:
    """Join."""
    return first + second


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(join, "a", "b")
    tasks.add_task(join, b"a", b"b")
