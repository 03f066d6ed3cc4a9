"""A str and bytes for the same AnyStr.

Subject: generics

If `add_task` took a `Callable[P, Any]`, mypy and zuban would ignore the constraints.
"""

from typing import AnyStr

from typed_bg import BackgroundTasks


def join(first: AnyStr, second: AnyStr) -> AnyStr:
    """Join."""
    return first


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(join, "a", b"b")  # E: argument-type
