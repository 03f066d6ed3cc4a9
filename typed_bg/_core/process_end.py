"""Name the tasks that are still running when the process ends.

A server may stop its event loop and end its process without cancelling what runs there, as granian
does. No code of a task runs then, and no finalizer. So the suspended coroutines are searched once,
while the process ends. Tasks do not pay for that while they run.
"""

from __future__ import annotations

import atexit
import gc
import inspect
import logging
import sys
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from typed_bg._core import hooks, runner
from typed_bg._core.binding import type_of
from typed_bg._core.locations import has_added_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.background import BackgroundTask, BackgroundTasks

_CAUSE = "The process ended"
_has_reported = False


def watch(task_class: type[BackgroundTask], collection_class: type[BackgroundTasks]) -> None:
    """Name the tasks of these classes that are running when the process ends."""

    def report() -> None:
        global _has_reported  # noqa: PLW0603  # a process may end in both ways
        if _has_reported or not has_added_tasks() or hooks.recorder is not None:
            return
        if runner.logger.isEnabledFor(logging.ERROR):
            _has_reported = True
            _report(task_class, collection_class)

    atexit.register(report)
    # A process that `multiprocessing` has forked, such as granian's worker, runs only this, up to
    # Python 3.12.
    if forked := sys.modules.get("multiprocessing.util"):
        forked.Finalize(None, report, exitpriority=0)


def _report(task_class: type[BackgroundTask], collection_class: type[BackgroundTasks]) -> None:
    stages: dict[int, runner.Stage] = {}
    running: dict[int, BackgroundTask] = {}
    never_started: dict[int, BackgroundTask] = {}
    for called in _called_objects():
        if isinstance(called, runner.InThread):
            stages[id(called.task)] = called.stage
            running[id(called.task)] = called.task
        elif isinstance(called, collection_class):
            never_started |= {id(task): task for task in runner.unsettled(called.tasks)}
        elif isinstance(called, task_class):
            running[id(called)] = called
    runner.ignore_closed_coroutines()
    for key, task in running.items():
        if stages.get(key) != "done":
            runner.log_interrupted(_CAUSE, task, stages.get(key, "running"))
    if never_started:
        runner.log_never_started("The end of the process", list(never_started.values()))


def _called_objects() -> Iterator[Any]:
    """Yield the objects whose `async def __call__` is suspended."""
    objects: list[Any] = gc.get_objects()
    for found in objects:
        if (
            type_of(found) is CoroutineType
            and found.__name__ == "__call__"
            and inspect.getcoroutinestate(found) == inspect.CORO_SUSPENDED
        ):
            frame: Any = found.cr_frame
            yield frame.f_locals.get("self")
