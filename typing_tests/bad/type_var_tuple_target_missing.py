"""A PEP 646 target: an argument of the inner function is missing.

Subject: variadics

ty lets any arguments through where the target has a TypeVarTuple.
"""

from collections.abc import Callable

from typing_extensions import TypeVarTuple, Unpack

from typed_bg import BackgroundTasks

Ts = TypeVarTuple("Ts")


def call(func: Callable[[Unpack[Ts]], None], *args: Unpack[Ts]) -> None:
    """Call."""
    func(*args)


def send(to: str, copies: int) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(call, send, "a")  # E: argument-type
