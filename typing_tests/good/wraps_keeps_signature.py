"""functools.wraps on a wrapper that repeats the signature.

Subject: functools
"""

from functools import wraps

from typed_bg import BackgroundTasks


def send(to: str, copies: int = 1) -> None:
    """Send an email."""


@wraps(send)
def logged(to: str, copies: int = 1) -> None:
    """Send a mail and say so."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(logged, "a", copies=2)
