"""A ParamSpec with a default.

Subject: generics
Needs: Python 3.13
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


class Hook[**P = [str]]:
    """Calls back with a str unless told otherwise."""

    def __init__(self, func: Callable[P, None]) -> None:
        self.func = func


def send(to: str) -> None:
    """Send an email."""


def later(tasks: BackgroundTasks, hook: Hook) -> None:
    """Call back in the background."""
    tasks.add_task(hook.func, "a")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, Hook(send))
