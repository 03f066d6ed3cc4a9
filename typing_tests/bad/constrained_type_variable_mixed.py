"""str and bytes for one AnyStr.

Subject: generics
"""

from typing import AnyStr

from typed_bg import BackgroundTasks


def join(first: AnyStr, second: AnyStr) -> AnyStr:
    """Join."""
    return first


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(join, "a", b"b")  # E: argument-type
