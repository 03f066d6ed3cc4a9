"""functools.wraps on a wrapper that takes fewer arguments than the wrapped function.

Subject: functools

`__wrapped__` has two parameters, but the wrapper that is called takes one.
"""

from functools import wraps

from typed_bg import BackgroundTasks


def send(to: str, copies: int = 1) -> None:
    """Send an email."""


@wraps(send)
def send_one(to: str) -> None:
    """Send one copy."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send_one, "a", copies=2)  # E: unknown-keyword
