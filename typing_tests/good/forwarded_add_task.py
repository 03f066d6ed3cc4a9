"""The bound add_task is passed on as a function.

Subject: forwarders

With P solved as [str], add_task has the signature that `later` expects. pyright, basedpyright and
ty do not solve a ParamSpec that the other side leaves open.
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def later(add: Callable[[Callable[[str], None], str], None]) -> None:
    """Add through whatever adds."""
    add(send, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks.add_task)
