"""A PEP 646 target whose argument types are solved together.

Subject: variadics
"""

from collections.abc import Callable

from typing_extensions import TypeVarTuple, Unpack

from typed_bg import BackgroundTasks

Ts = TypeVarTuple("Ts")


def call(func: Callable[[Unpack[Ts]], None], *args: Unpack[Ts]) -> None:
    """Call."""
    func(*args)


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(call, send, "a", 2)
