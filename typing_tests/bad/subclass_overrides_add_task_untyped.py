"""A subclass overrides add_task and accepts any arguments, so its callers are no longer checked.

Subject: collections

mypy also compares each override with Starlette's own add_task, whose `func` may be passed by
keyword. In typed_bg and its subclasses, it may not.
"""

from collections.abc import Callable
from typing import Any

from typing_extensions import override

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


class CountingTasks(BackgroundTasks):
    """A collection that counts."""

    @override
    def add_task(  # E?: override
        self, func: Callable[..., Any], /, *task_args: Any, **task_kwargs: Any
    ) -> None:
        """Add a task."""
        super().add_task(func, *task_args, **task_kwargs)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    CountingTasks(tasks.tasks).add_task(send, copies=2)  # E: unknown-keyword
