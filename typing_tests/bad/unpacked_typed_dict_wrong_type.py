"""A PEP 692 target gets a value of the wrong type.

Subject: variadics
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
    tasks.add_task(send, "a", subject="hello", copies="2")  # E: argument-type
