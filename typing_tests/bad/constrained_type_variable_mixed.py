"""str and bytes for one AnyStr.

Subject: generics

mypy and zuban do not hold the arguments against what limits a type variable of the target.
"""

from typing import AnyStr

from typed_bg import BackgroundTasks


def join(first: AnyStr, second: AnyStr) -> AnyStr:
    """Join."""
    return first


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(join, "a", b"b")  # E: argument-type
