"""Without the slash, a function's own parameter can collide with the forwarder's.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(func: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later; no slash behind `func`."""
    func(*args, **kwargs)


def trace(func: str, args: str = "") -> None:
    """Trace a function, by its name."""


def right() -> None:
    """A call that fits."""
    later(trace, "send")  # ok


def wrong() -> None:
    """A call that fits `trace`, and raises TypeError: `func` is given twice."""
    later(trace, func="send")  # E: duplicate-argument
