"""A forwarder with a PEP 695 ParamSpec.

Subject: forwarders
Needs: Python 3.12
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def send(to: str, copies: int = 1) -> None:
    """Send an email."""


def later[**P](
    tasks: BackgroundTasks, func: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Add a task."""
    tasks.add_task(func, *args, **kwargs)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, send, "a", copies=2)
