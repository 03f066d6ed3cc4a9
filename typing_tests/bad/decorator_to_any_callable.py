"""A decorator typed `Callable[..., Any]` hides the signature.

Subject: decorators
"""

from collections.abc import Callable
from typing import Any

from typed_bg import BackgroundTasks


def logged(func: Callable[..., Any]) -> Callable[..., Any]:
    """Log each call."""
    return func


@logged
def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", copies=2)  # E: unknown-keyword
