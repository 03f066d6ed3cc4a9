"""A TypedDict class, called with its keys.

Subject: classes

pyright and basedpyright give a TypedDict's constructor a type that fits no ParamSpec.
"""

from typing import TypedDict

from typed_bg import BackgroundTasks


class Mail(TypedDict):
    """A mail."""

    to: str
    copies: int


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mail, to="a", copies=1)
