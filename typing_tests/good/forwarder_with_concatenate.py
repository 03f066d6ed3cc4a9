"""A forwarder that supplies the first argument with Concatenate.

Subject: forwarders
"""

from collections.abc import Callable
from typing import Concatenate

from typing_extensions import ParamSpec

from typed_bg import BackgroundTasks

P = ParamSpec("P")


class Session:
    """A session."""


def save(session: Session, name: str, copies: int = 1) -> None:
    """Save."""


def later(
    tasks: BackgroundTasks,
    func: Callable[Concatenate[Session, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Add a task with a session of its own."""
    tasks.add_task(func, Session(), *args, **kwargs)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    later(tasks, save, "a", copies=2)
