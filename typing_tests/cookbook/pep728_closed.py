"""PEP 728: what a closed `TypedDict` changes for `**options: Unpack[...]`.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import NotRequired, ParamSpec, TypedDict, Unpack

P = ParamSpec("P")


class OpenOptions(TypedDict):
    """Options that a subclass may add to."""

    subject: NotRequired[str]


class ClosedOptions(TypedDict, closed=True):
    """These options, and no others."""

    subject: NotRequired[str]


class CountedOptions(TypedDict, extra_items=int):
    """These options, and any number of others whose values are integers."""

    subject: NotRequired[str]


def send_open(to: str, **options: Unpack[OpenOptions]) -> None:
    """Send an email with open options."""


def send_closed(to: str, **options: Unpack[ClosedOptions]) -> None:
    """Send an email with closed options."""


def send_counted(to: str, **options: Unpack[CountedOptions]) -> None:
    """Send an email with further numbers."""


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later."""


def right() -> None:
    """Calls that fit."""
    later(send_open, "a@example.org", subject="Hello")  # ok
    later(send_closed, "a@example.org", subject="Hello")  # ok
    later(send_counted, "a@example.org", subject="Hello", retries=5)  # ok


def wrong() -> None:
    """Calls that do not."""
    later(send_open, "a@example.org", subjekt="Hello")  # E: unknown-keyword
    later(send_closed, "a@example.org", subjekt="Hello")  # E: unknown-keyword
    later(send_counted, "a@example.org", retries="5")  # E: argument-type
