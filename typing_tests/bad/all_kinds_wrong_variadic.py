"""A signature with every kind of parameter, and a str among the bytes of `*rest`.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def record(
    a: int, /, b: str, c: bool = False, *rest: bytes, d: float, e: int = 0, **more: str
) -> None:
    """Record."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(record, 1, "b", True, b"x", "y", d=1.5)  # E: argument-type
