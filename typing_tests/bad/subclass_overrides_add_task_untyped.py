"""A subclass' add_task takes anything, so that its callers are no longer checked.

Subject: collections

mypy compares each override with Starlette's own add_task as well, whose `func` may be passed by
keyword: typed_bg's cannot, and neither can its subclasses'.
"""

from collections.abc import Callable
from typing import Any

from typing_extensions import override

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send a mail."""


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
