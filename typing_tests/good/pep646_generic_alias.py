"""A target whose callback takes a prefix and a TypeVarTuple.

Subject: variadics
"""

from collections.abc import Callable

from typing_extensions import TypeVarTuple, Unpack

from typed_bg import BackgroundTasks

Ts = TypeVarTuple("Ts")


def call(name: str, func: Callable[[str, Unpack[Ts]], None], *args: Unpack[Ts]) -> None:
    """Call."""
    func(name, *args)


def send(to: str, copies: int, urgent: bool) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(call, "a", send, 2, True)
