"""A PEP 692 target whose keys are all optional.

Subject: variadics
"""

from typing_extensions import TypedDict, Unpack

from typed_bg import BackgroundTasks


class Options(TypedDict, total=False):
    """Options."""

    subject: str
    copies: int


async def send(to: str, **options: Unpack[Options]) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a")
    tasks.add_task(send, "a", copies=2)
