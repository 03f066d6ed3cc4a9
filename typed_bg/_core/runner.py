"""Run a collection's tasks, and report which one failed and which ones never started."""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anyio
import anyio.to_thread
from starlette.background import BackgroundTask, BackgroundTasks

from typed_bg._core.binding import bind
from typed_bg._core.messages import name_of

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup


@dataclass(frozen=True)
class FailedTask:
    """A background task that raised an exception.

    Attributes:
        func: The function, as it was passed to `add_task`, or a nested collection.
        args: Its positional arguments.
        kwargs: Its keyword arguments.
        place: Where it was added, `"file:line, in function"`; `None` for Starlette's own tasks.
    """

    func: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    place: str | None

    @property
    def name(self) -> str:
        """The function's qualified name, or that of the class of a callable object."""
        return name_of(self.func)


ErrorHandler = Callable[[Exception, FailedTask], Any]
OnError = Literal["stop", "continue"] | ErrorHandler
OnException = Literal["drop", "run"]
Stage = Literal["waiting for a thread", "running in a thread", "done", "running"]

logger = logging.getLogger("typed_bg")
_is_ending = False  # the process, and what is running was logged
_REPORTED = "_typed_bg_reported"  # an attribute of the exception that interrupted a task


class InThread(BackgroundTask):
    """A `def` task as an async one, which calls the function in a thread.

    Starlette drops an awaitable that the function returns, and its own parameters can collide with
    the function's keywords. This class still calls Starlette's `BackgroundTask.__call__`, where
    instrumentation looks for tasks and their names.

    Attributes:
        task: The task.
        stage: What it is doing.
    """

    def __init__(self, task: BackgroundTask) -> None:
        self.task = task
        self.stage: Stage = "waiting for a thread"

        def call_func() -> tuple[Any]:
            self.stage = "running in a thread"
            try:
                # In a tuple, because trio rejects a function that returns a coroutine.
                return (task.func(*task.args, **task.kwargs),)
            finally:
                self.stage = "done"

        async def call() -> None:
            try:
                (result,) = await anyio.to_thread.run_sync(call_func)
            except BaseException as error:
                report_interrupted(error, task, self.stage)
                raise
            if result is not None and inspect.isawaitable(result):
                await result

        call.__name__ = call.__qualname__ = name_of(task.func)
        run: Any = self  # see BackgroundTask.__init__
        no_kwargs: dict[str, Any] = {}
        run.func, run.args, run.kwargs, run.is_async = call, (), no_kwargs, True


async def run_all(
    tasks: Sequence[BackgroundTask],
    start: Callable[[BackgroundTask], Awaitable[None]],
    *,
    on_error: OnError,
    max_concurrency: int,
) -> None:
    """Run tasks in order, including those added during the run.

    Args:
        tasks: The tasks.
        start: Runs one of them.
        on_error: What happens after a task fails. Running tasks are not interrupted.
        max_concurrency: The maximum number of tasks that run at once.

    Raises:
        Exception: The error, if one task failed.
        ExceptionGroup: The errors, if several tasks failed.
    """
    run = _Run(tasks, start, on_error)
    try:
        if max_concurrency == 1:
            await run.work()
        else:
            async with anyio.create_task_group() as group:
                run.start_worker = functools.partial(group.start_soon, run.work)
                run.spare_workers = max_concurrency - 1
                await run.work()
    except BaseException:  # no worker is running that could still fail
        run.log_errors()
        raise
    run.raise_errors()


def _no_worker() -> None: ...


def _handling(handler: ErrorHandler, error: Exception, task: BackgroundTask) -> BackgroundTask:
    """Return a task that calls the error handler."""
    task = getattr(task, "_original", None) or task
    place = getattr(task, "_added", None)
    failed = FailedTask(
        getattr(task, "func", task),
        getattr(task, "args", ()),
        getattr(task, "kwargs", {}),
        None if place is None else str(place),
    )
    return BackgroundTask(handler, error, failed)


class _Run:
    """One run of a collection, shared by its workers."""

    def __init__(
        self,
        tasks: Sequence[BackgroundTask],
        start: Callable[[BackgroundTask], Awaitable[None]],
        on_error: OnError,
    ) -> None:
        self.tasks = tasks
        self.start = start
        self.stop = on_error == "stop"
        self.handler = None if isinstance(on_error, str) else on_error
        self.started = 0
        self.errors: list[Exception] = []
        self.spare_workers = 0
        self.start_worker: Callable[[], object] = _no_worker

    async def work(self) -> None:
        """Run tasks one after another until none is left, and start more workers if allowed."""
        while self.has_next():
            task = self.tasks[self.started]
            self.started += 1
            if self.spare_workers and self.has_next():
                self.spare_workers -= 1
                self.start_worker()
            try:
                await self.start(task)
            except Exception as error:  # noqa: BLE001  # raised at the end, see raise_errors
                report(error, task, ())
                await self.handle(error, task)
            except BaseException as error:
                report(error, task, list(self.tasks)[self.started :])
                self.started = len(self.tasks)  # reported once, by the first worker
                raise
        self.spare_workers += 1

    async def handle(self, error: Exception, task: BackgroundTask) -> None:
        """Pass an error to the handler, or keep it; an error in the handler is kept as well."""
        if self.handler is None:
            self.errors.append(error)
            return
        try:
            await InThread(_handling(self.handler, error, task))()
        except Exception as failure:  # noqa: BLE001  # as any task's
            failure.__context__ = failure.__context__ or error
            self.errors.append(failure)

    def has_next(self) -> bool:
        """Return whether a task is left to start."""
        return self.started < len(self.tasks) and not (self.stop and self.errors)

    def log_errors(self) -> None:
        """Log the errors of the tasks, because another exception is raised instead."""
        for error in self.errors:
            logger.error("a background task failed before the tasks were stopped", exc_info=error)

    def raise_errors(self) -> None:
        """Raise the errors of the tasks."""
        if not self.errors:
            return
        error: Exception = self.errors[0]
        if len(self.errors) > 1:
            error = ExceptionGroup(f"{len(self.errors)} background tasks failed", self.errors)
        never_started = list(self.tasks)[self.started :]
        for task in never_started:
            settle(task)
        _note_never_started(error, never_started)
        raise error


def report(
    error: BaseException, task: BackgroundTask, never_started: Sequence[BackgroundTask]
) -> None:
    """Report the task that raised an exception, and the tasks that did not start because of it.

    For an error, the names are in its notes. Code that handles a cancellation, or the exit of the
    interpreter, shows no notes, so their names are logged.
    """
    for other in never_started:
        settle(other)
    if _is_ending and isinstance(error, GeneratorExit):
        return
    if isinstance(error, Exception):
        note(error, f"in background task {describe(task)}")
        _note_never_started(error, never_started)
        return
    report_interrupted(error, task, "running")
    if never_started:
        log_never_started(type(error).__name__, never_started)


def report_interrupted(error: BaseException, task: BackgroundTask, stage: Stage) -> None:
    """Log the task that a cancellation, or the exit of the interpreter, has interrupted.

    Args:
        error: The exception that interrupted it. It is reported once, for the first task.
        task: The task.
        stage: What the task was doing.
    """
    if isinstance(error, Exception) or getattr(error, _REPORTED, False):
        return
    if _is_ending and isinstance(error, GeneratorExit):
        return
    with contextlib.suppress(Exception):  # an exception that takes no attributes
        setattr(error, _REPORTED, True)
    log_interrupted(type(error).__name__, task, stage)


def ignore_closed_coroutines() -> None:
    """Log no task because its coroutine is closed: the end of the process has logged it."""
    global _is_ending  # noqa: PLW0603  # of the process
    _is_ending = True


def log_interrupted(cause: str, task: BackgroundTask, stage: Stage) -> None:
    """Log a task that was interrupted."""
    if stage == "waiting for a thread":
        text = "%s while background task %s was waiting for a thread: it never started"
    elif stage == "running in a thread":
        text = "%s while background task %s was running in a thread, which ends with the process"
    else:
        text = "%s while background task %s was running: it was interrupted"
    logger.error(text, cause, describe(task))


def log_never_started(cause: str, tasks: Sequence[BackgroundTask]) -> None:
    """Log the tasks that did not start."""
    for task in tasks:
        settle(task)
    names = "; ".join(map(describe, tasks))
    logger.error("%s kept background tasks from starting: %s", cause, names)


def unsettled(tasks: Iterable[BackgroundTask]) -> Iterator[BackgroundTask]:
    """Yield the tasks that were not settled, including those of nested collections."""
    for task in tasks:
        if isinstance(task, BackgroundTasks):  # which sets no attributes of a task
            yield from unsettled(task.tasks)
        elif not getattr(task, "_settled", False) and not _is_named(task):
            yield task


def _is_named(task: BackgroundTask) -> bool:
    """Return whether the watch of a task has named it already."""
    watch = getattr(task, "_watch", None)
    return watch is not None and watch.settled


def settle(task: BackgroundTask) -> None:
    """Mark a task as started, sent to an engine, or reported."""
    unchecked: Any = task
    unchecked._settled = True  # noqa: SLF001
    if (watch := getattr(task, "_watch", None)) is not None:
        watch.settled = True


def describe(task: object) -> str:
    """Return a task's name and, if known, the place where it was added."""
    task = getattr(task, "_original", None) or task
    func = getattr(task, "func", None)  # a collection among the tasks has none
    name = type(task).__name__ if func is None else f"{name_of(func)}()"
    if given := getattr(task, "_name", None):
        name = f"{given!r} ({name})"
    added = getattr(task, "_added", None)
    return f"{name}, added at {added}" if added else name


def _note_never_started(error: Exception, tasks: Sequence[BackgroundTask]) -> None:
    if tasks:
        note(
            error,
            f"background tasks never started because of it: {'; '.join(map(describe, tasks))}",
        )


def note(error: Exception, text: str) -> None:
    """Add a note to an exception, once."""
    with contextlib.suppress(Exception):  # an exception that takes no attributes goes on as it is
        notes: list[str] = getattr(error, "__notes__", [])
        if text in notes:
            return
        if sys.version_info >= (3, 11):
            error.add_note(text)
        else:
            error.__dict__["__notes__"] = [*notes, text]


def check_on_exception(value: str) -> None:
    """Reject values that the option cannot have.

    Raises:
        ValueError: It is such a value.
    """
    if value not in ("drop", "run"):
        msg = f"on_exception is {value!r}; it must be 'drop' or 'run'"
        raise ValueError(msg)


def check_options(on_error: OnError, max_concurrency: int) -> None:
    """Reject invalid values of options.

    Raises:
        ValueError: A value is invalid.
        TaskError: `on_error` is a function that cannot be called with an error and a task.
    """
    value: object = on_error
    if callable(value):
        bind(value, (None, None), {})
    elif value not in ("stop", "continue"):
        msg = f"on_error is {on_error!r}; it must be 'stop', 'continue' or a function"
        raise ValueError(msg)
    if max_concurrency < 1:
        msg = f"max_concurrency is {max_concurrency}; at least one task must run at once"
        raise ValueError(msg)
