"""Keywords that are computed first.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec, TypedDict

P = ParamSpec("P")


class Options(TypedDict, total=False):
    """Options of an email."""

    subject: str
    retries: int


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later."""
    func(*args, **kwargs)


def send(to: str, *, subject: str = "", retries: int = 3) -> None:
    """Send an email."""


def right() -> None:
    """Calls that fit."""
    options: Options = {"retries": 5}
    options["subject"] = "Hello"
    later(send, "new@example.org", **options)  # ok


def wrong() -> None:
    """A dict, whose values all have one type, and a missing argument."""
    numbers = {"retries": 5}
    later(send, "new@example.org", **numbers)  # E: argument-type
    options: Options = {"retries": 5}
    later(send, **options)  # E: missing-argument
