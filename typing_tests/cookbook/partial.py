"""Some arguments are set with `functools.partial`.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later, with these arguments."""
    func(*args, **kwargs)


def send(to: str, subject: str, *, retries: int = 3) -> None:
    """Send an email."""


def right() -> None:
    """Calls that fit."""
    later(functools.partial(send, "a"), "Hello", retries=1)  # ok
    later(functools.partial(send, subject="Hello"), "a")  # ok
    later(lambda: send("a", "Hello"))  # ok


def wrong() -> None:
    """Calls that do not."""
    later(functools.partial(send, 1), "Hello")  # E: argument-type
    later(functools.partial(send, "a"))  # E: missing-argument
    later(functools.partial(send, "a"), "Hello", "there")  # E: too-many-arguments
    later(functools.partial(send, "a"), 1)  # E: argument-type
    later(lambda: send("a"))  # E: missing-argument
