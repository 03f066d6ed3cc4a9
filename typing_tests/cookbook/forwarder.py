"""A function that takes a function and its arguments, and calls it later.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")

queue: list[Callable[[], object]] = []


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later, with these arguments."""
    queue.append(lambda: func(*args, **kwargs))


def send(to: str, *, retries: int = 3) -> None:
    """Send an email."""


def right() -> None:
    """Calls that fit."""
    later(send, "new@example.org")  # ok
    later(send, "new@example.org", retries=5)  # ok


def wrong() -> None:
    """Calls that do not."""
    later(send)  # E: missing-argument
    later(send, "new@example.org", retry=5)  # E: unknown-keyword
    later(send, "new@example.org", retries="5")  # E: argument-type
