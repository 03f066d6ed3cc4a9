"""A TypedDict class, called with its keys.

Subject: classes

For pyright and basedpyright, a TypedDict's constructor does not match a ParamSpec.
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """An email."""

    to: str
    copies: int


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mail, to="a", copies=1)
