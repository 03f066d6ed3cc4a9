"""A forwarder that ignores the result: `object` sees more than `Any`.

Subject: cookbook
"""

from collections.abc import Callable, Sized
from typing import Any

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
S = TypeVar("S", bound=Sized)


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later."""
    func(*args, **kwargs)


def later_any(func: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later; with `Any` as its result."""
    func(*args, **kwargs)


def measure(value: S) -> S:
    """Return what has a length."""
    return value


def right() -> None:
    """Calls that fit."""
    later(measure, "a")  # ok
    later_any(measure, "a")  # ok


def wrong() -> None:
    """Calls that do not: an int has no length."""
    later(measure, 1)  # E: argument-type
    later_any(measure, 1)  # E: argument-type
