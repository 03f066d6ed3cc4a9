"""A signature with every kind of parameter.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def record(
    a: int, /, b: str, c: bool = False, *rest: bytes, d: float, e: int = 0, **more: str
) -> None:
    """Record."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(record, 1, "b", d=1.5)
    tasks.add_task(record, 1, "b", True, b"x", b"y", d=1.5, e=2, f="f", g="g")
    tasks.add_task(record, 1, b="b", c=True, d=1)
