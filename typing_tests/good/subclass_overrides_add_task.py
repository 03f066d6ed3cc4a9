"""A subclass overrides add_task with the same signature.

Subject: collections

mypy also compares each override with Starlette's own add_task, whose `func` may be passed by
keyword. In typed_bg and its subclasses, it may not.
"""

from collections.abc import Callable
from typing import Any

from typing_extensions import ParamSpec, override

from typed_bg import BackgroundTasks

P = ParamSpec("P")


def send(to: str) -> None:
    """Send an email."""


class CountingTasks(BackgroundTasks):
    """A collection that counts."""

    added = 0

    @override
    def add_task(  # E?: override
        self, func: Callable[P, Any], /, *task_args: P.args, **task_kwargs: P.kwargs
    ) -> None:
        """Count and add a task."""
        self.added += 1
        super().add_task(func, *task_args, **task_kwargs)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    CountingTasks(tasks.tasks).add_task(send, to="a")
