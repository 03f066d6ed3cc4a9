"""PEP 692: keyword arguments with known names, without a function that defines them.

Subject: cookbook
"""

from typing_extensions import NotRequired, Required, TypedDict, Unpack


class MailOptions(TypedDict, total=False):
    """Options of a mail."""

    subject: Required[str]
    retries: NotRequired[int]


def send(to: str, **options: Unpack[MailOptions]) -> None:
    """Send an email."""
    print(to, options)


def send_all(addresses: list[str], **options: Unpack[MailOptions]) -> None:
    """Send a mail to several people."""
    for address in addresses:
        send(address, **options)


class ClosedOptions(TypedDict, closed=True):
    """Options that no subclass adds to (PEP 728)."""

    retries: NotRequired[int]


def configure(**options: Unpack[ClosedOptions]) -> None:
    """Set options."""
    print(options)


def right() -> None:
    """Calls that fit."""
    send_all(["a", "b"], subject="Hello", retries=5)  # ok
    configure(retries=5)  # ok


def wrong() -> None:
    """Calls that do not."""
    send_all(["a"])  # E: missing-argument
    send_all(["a"], subject="Hello", retry=5)  # E: unknown-keyword
    send_all(["a"], subject=b"Hello")  # E: argument-type
    configure(retry=5)  # E: unknown-keyword
