"""PEP 646: only positional arguments are passed on.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import TypeVarTuple, Unpack

Ts = TypeVarTuple("Ts")


def soon(func: Callable[[Unpack[Ts]], object], /, *args: Unpack[Ts]) -> None:
    """Call a function with these arguments."""
    func(*args)


def send(to: str, retries: int = 3) -> None:
    """Send an email."""


def right() -> None:
    """Calls that fit."""
    soon(send, "new@example.org", 5)  # ok
    soon(send, "new@example.org")  # ok


def wrong() -> None:
    """Calls that do not."""
    soon(send, 5, "new@example.org")  # E: argument-type
    soon(send)  # E: argument-type
    soon(send, "new@example.org", retries=5)  # E: unknown-keyword
