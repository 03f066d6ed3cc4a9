"""Checked counterparts of Starlette's background tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from starlette.background import BackgroundTask as StarletteBackgroundTask
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from typing_extensions import Doc, ParamSpec

P = ParamSpec("P")


class BackgroundTask(StarletteBackgroundTask):
    """One checked background task."""

    def __init__(
        self, func: Annotated[Callable[P, Any], Doc("The task.")], /, *task_args: P.args, **task_kwargs: P.kwargs
    ) -> None:
        """Make a task."""
        super().__init__(func, *task_args, **task_kwargs)


class BackgroundTasks(StarletteBackgroundTasks):
    """A collection of checked background tasks."""

    def add_task(  # type: ignore[override]  # the target is positional-only here
        self,
        func: Annotated[Callable[P, Any], Doc("The function to run after the response.")],
        /,
        *task_args: P.args,
        **task_kwargs: P.kwargs,
    ) -> None:
        """Add a task."""
        self.tasks.append(BackgroundTask(func, *task_args, **task_kwargs))
