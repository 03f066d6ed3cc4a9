"""A PEP 692 target that gets an unpacked TypedDict.

Subject: variadics
"""

from typing_extensions import TypedDict, Unpack

from typed_bg import BackgroundTasks


class Options(TypedDict):
    """Options."""

    subject: str


def send(to: str, **options: Unpack[Options]) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    options: Options = {"subject": "hello"}
    tasks.add_task(send, "a", **options)
