"""`ParamSpec` or `TypeVarTuple`: with and without keywords.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVarTuple, Unpack

P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later; its keywords can be passed too."""
    func(*args, **kwargs)


def soon(func: Callable[[Unpack[Ts]], object], /, *args: Unpack[Ts], delay: float = 0) -> None:
    """Call a function soon; the keywords are those of `soon`."""
    print(delay)
    func(*args)


def send(to: str, retries: int) -> None:
    """Send an email."""


def right() -> None:
    """Calls that fit."""
    later(send, "new@example.org", retries=5)  # ok
    soon(send, "new@example.org", 5, delay=0.5)  # ok


def wrong() -> None:
    """Calls that do not."""
    later(send, "new@example.org", 5, delay=0.5)  # E: unknown-keyword
    soon(send, "new@example.org", retries=5)  # E: unknown-keyword
    soon(send, "new@example.org", 5, delay="0.5")  # E: argument-type
