"""functools.wraps over a wrapper that takes less than the function that it wraps.

Subject: functools

`__wrapped__` says two parameters, the wrapper takes one: the wrapper is what is called.
"""

from functools import wraps

from typed_bg import BackgroundTasks


def send(to: str, copies: int = 1) -> None:
    """Send a mail."""


@wraps(send)
def send_one(to: str) -> None:
    """Send one copy."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send_one, "a", copies=2)  # E: unknown-keyword
