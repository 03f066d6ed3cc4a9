"""Log records for tasks that were accepted and never ran.

Python reports a coroutine that was never awaited when it is garbage-collected. Tasks are reported
the same way: the finalizer of their collection finds those that nothing has settled. A task is
*settled* once it was started, sent to an engine, or named in an error or a log record.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from typing_extensions import override

from typed_bg._core import hooks
from typed_bg._core.runner import describe, logger, settle, unsettled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.background import BackgroundTask

    from typed_bg._core.locations import Location

NEVER_ATTACHED = (
    "Their collection was not the background of a response that was sent completely. Pass "
    "background=tasks to the response that the handler returns."
)
NEVER_ATTACHED_ALONE = (
    "It was not the background of a response that was sent completely. Pass background=task to the "
    "response that the handler returns."
)
NEVER_INJECTED = (
    "The response did not run the injected tasks: it has its own background, sending it "
    "failed or stopped early, or a middleware replaced it. If the handler returns a Response with "
    "a background, pass background=tasks instead."
)
ADDED_TOO_LATE = (
    "They were added after the collection had run. Add them before the response is sent, for "
    "example before the yield of a dependency."
)
REQUEST_FAILED = "The request failed before its response was made, and its tasks were dropped."


def report_lost(tasks: Sequence[BackgroundTask], why: str, level: int) -> None:
    """Report the tasks that never ran and that no error named, and mark them as reported.

    Args:
        tasks: The tasks of a collection that is being finalized.
        why: The likely cause, and the fix.
        level: The level of the log record.
    """
    if hooks.recorder is not None:  # a test records tasks instead of running them
        return
    lost = list(unsettled(tasks))
    for task in lost:
        settle(task)
    if lost:
        logger.log(level, "background tasks never ran: %s. %s", "; ".join(map(describe, lost)), why)


def shared(tasks: Sequence[BackgroundTask]) -> list[BackgroundTask]:
    """Return the tasks of a list that something else refers to as well, and may still run."""
    if sys.is_finalizing():  # nothing runs any more
        return []
    counts = _reference_counts(tasks)
    return [task for task, count in zip(tasks, counts, strict=True) if count > _COUNT_ALONE]


def _reference_counts(objects: Sequence[object]) -> list[int]:
    return [sys.getrefcount(each) for each in objects]


(_COUNT_ALONE,) = _reference_counts([object()])


class Watch:
    """Reports a task that is in no collection, if the task is finalized before it is settled.

    Only the task refers to its watch, so both are finalized together. If the task's own class had
    a finalizer, each task of a collection would pay for it too.
    """

    __slots__ = ("_added", "func", "settled")

    func: object
    _added: Location
    settled: bool

    def __del__(self) -> None:
        if not (self.settled or hooks.recorder is not None):
            self.settled = True  # its collection may be finalized after it
            logger.warning(
                "background task never ran: %s. %s", describe(self), NEVER_ATTACHED_ALONE
            )


class LateWatch(Watch):
    """Reports a task of a collection that is gone, as that would have done.

    It refers to nothing: garbage that something new refers to is not freed, and without the GIL,
    the tasks of a collection that is found by the garbage collector look as if they were shared.
    """

    __slots__ = ("_described", "_level", "_why")

    def __init__(self, task: BackgroundTask, why: str, level: int) -> None:
        """Describe a task.

        Args:
            task: The task.
            why: The likely cause, and the fix.
            level: The level of the log record.
        """
        self._described = describe(task)
        self._why = why
        self._level = level
        self.settled = False

    @override
    def __del__(self) -> None:
        if not (self.settled or hooks.recorder is not None):
            logger.log(
                self._level, "background tasks never ran: %s. %s", self._described, self._why
            )


def watched(func: object, added: Location) -> Watch:
    """Return the watch of a task. Setting its attributes here is faster than an `__init__`."""
    watch = Watch()
    watch.func, watch._added, watch.settled = func, added, False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return watch
