"""Overloads that reject a generator function, which would never run.

Subject: cookbook
"""

from collections.abc import Callable, Generator
from typing import Any, Never, overload

from typing_extensions import ParamSpec

P = ParamSpec("P")


@overload
def later(
    func: Callable[P, Generator[Any, Any, Any]], /, *args: P.args, **kwargs: P.kwargs
) -> Never: ...
@overload
def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None: ...
def later(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> None:
    """Call a function later."""
    func(*args, **kwargs)


def send(to: str) -> None:
    """Send an email."""


def lines() -> Generator[str]:
    """Yield lines."""
    yield ""


def right() -> None:
    """A call that fits."""
    later(send, "new@example.org")  # ok


def wrong() -> None:
    """A wrong type, and a function that would never run."""
    later(send, 1)  # E: no-overload
    later(lines)  # E: run-time-only  it returns Never, which is no error
