"""PEP 821 (draft): an unpacked `TypedDict` in `Callable`.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import TypedDict, Unpack


class MailOptions(TypedDict, closed=True):
    """The keywords of a callback."""

    subject: str


def notify(callback: Callable[[str, Unpack[MailOptions]], object]) -> None:
    """Call the callback with a position and a keyword."""
    callback("a@example.org", subject="Hello")  # ok


def forget_subject(callback: Callable[[str, Unpack[MailOptions]], object]) -> None:
    """Call the callback without its keyword."""
    callback("a@example.org")  # E: missing-argument


def send(to: str, *, subject: str) -> None:
    """Send an email."""


def send_topic(to: str, *, topic: str) -> None:
    """Send an email about a topic."""


def right() -> None:
    """Pass a function that fits."""
    notify(send)  # ok


def wrong() -> None:
    """Pass one that does not."""
    notify(send_topic)  # E: argument-type
