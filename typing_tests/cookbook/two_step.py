"""The first call takes the function, and the second call takes its arguments.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")

queue: list[Callable[[], object]] = []


def later(func: Callable[P, object], /) -> Callable[P, None]:
    """Return what takes the function's arguments."""

    def add(*args: P.args, **kwargs: P.kwargs) -> None:
        queue.append(lambda: func(*args, **kwargs))

    return add


def send(to: str, *, retries: int = 3) -> None:
    """Send an email."""


def right() -> None:
    """Calls that fit."""
    later(send)("new@example.org", retries=5)  # ok


def wrong() -> None:
    """Calls that do not."""
    later(send)()  # E: missing-argument
    later(send)("new@example.org", retry=5)  # E: unknown-keyword
    later(send)("new@example.org", retries="5")  # E: argument-type
    later(send)  # E: run-time-only  the second call is forgotten
