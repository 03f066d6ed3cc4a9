"""A PEP 692 target gets a keyword that is not in its TypedDict.

Subject: variadics

ty and zuban accept any keyword here.
"""

from typing_extensions import NotRequired, TypedDict, Unpack

from typed_bg import BackgroundTasks


class Options(TypedDict):
    """Options."""

    subject: str
    copies: NotRequired[int]


def send(to: str, **options: Unpack[Options]) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", subject="hello", copy=2)  # E: unknown-keyword
