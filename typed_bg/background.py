"""Starlette's background tasks, checked when they are added.

Names, attributes and the order in which tasks run are the same as in `starlette.background`.
"""

import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Generic

from starlette.background import BackgroundTask as StarletteBackgroundTask
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from typing_extensions import Doc, ParamSpec

from typed_bg._core import argument_types, hooks, process_end
from typed_bg._core.argument_types import CheckTypes
from typed_bg._core.base_methods import original
from typed_bg._core.binding import bind
from typed_bg._core.engine import EngineChoice
from typed_bg._core.hooks import check_engine
from typed_bg._core.locations import Location, caller, location_of
from typed_bg._core.lost import (
    ADDED_TOO_LATE,
    NEVER_ATTACHED,
    LateWatch,
    Watch,
    report_lost,
    shared,
    watched,
)
from typed_bg._core.messages import (
    MissingTarget,
    missing_call,
    on_exception_without_fastapi,
)
from typed_bg._core.runner import (
    ErrorHandler,
    FailedTask,
    InThread,
    OnError,
    OnException,
    check_on_exception,
    check_options,
    logger,
    note,
    report,
    run_all,
)
from typed_bg.exceptions import TaskError

__all__ = [
    "BackgroundTask",
    "BackgroundTasks",
    "CheckTypes",
    "ErrorHandler",
    "FailedTask",
    "OnError",
    "OnException",
]

P = ParamSpec("P")

_getframe = sys._getframe  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # documented


_DEFAULT_CHECK_TYPES: CheckTypes = argument_types.from_environment()
_starlettes_add_task = original(StarletteBackgroundTasks, "add_task")
_starlettes_call = original(StarletteBackgroundTasks, "__call__")
# FastAPI's class, once `typed_bg.fastapi` is imported. Until then, each task costs a look less.
_other_base: type[StarletteBackgroundTasks] | None = None
_other_add_task: Any = None
_other_call: Any = None


def detect_replaced_methods(base: type[StarletteBackgroundTasks]) -> None:
    """Also detect replaced methods of FastAPI's class from now on."""
    global _other_base, _other_add_task, _other_call  # noqa: PLW0603  # read for each task
    _other_base = base
    _other_add_task = original(base, "add_task")
    _other_call = original(base, "__call__")


def calls_are_replaced() -> bool:
    """Return whether other code has replaced the `__call__` of a base class."""
    return StarletteBackgroundTasks.__call__ is not _starlettes_call or (
        _other_base is not None and _other_base.__call__ is not _other_call
    )


class BackgroundTask(StarletteBackgroundTask):
    """A function to call after the response is sent, and arguments that are known to fit it.

    ```python
    return JSONResponse(content, background=BackgroundTask(send_email, to, retries=3))
    ```

    Attributes:
        func: The function.
        args: Its positional arguments.
        kwargs: Its keyword arguments.
        is_async: Whether the function is called on the event loop and awaited, rather than in a
            thread. An awaitable that a function returns from a thread is awaited as well.
    """

    is_async: bool = False
    _added: Location
    _name: str | None = None
    _settled: bool = False  # started, sent to an engine, or named in an error or a log record
    _watch: Watch | None = None
    _on_exception: OnException | None = None
    _original: StarletteBackgroundTask | None = None  # what a replaced `add_task` wrapped

    def __init__(
        self,
        func: Annotated[
            Callable[P, object],
            Doc("The function to call after the response is sent, `def` or `async def`."),
        ],
        /,
        *task_args: P.args,
        **task_kwargs: P.kwargs,
    ) -> None:
        """Check that the function takes these arguments, and store it with them.

        Args:
            func: The function to call after the response is sent, `def` or `async def`.
            *task_args: The function's positional arguments.
            **task_kwargs: The function's keyword arguments.

        Raises:
            TaskArgumentError: The function does not take these arguments.
            TaskTargetError: The object can't be run as a task.
        """
        try:
            self.is_async = bind(func, task_args, task_kwargs).is_async
            try:
                self._added = location_of(_getframe(1))
            except ValueError:  # a thread begins with this method
                self._added = location_of(_getframe(0))
            # To type checkers, these attributes belong to the ParamSpec of Starlette's class.
            task: Any = self
            task.func = func
            task.args = task_args
            task.kwargs = task_kwargs
            if hooks.accept is not None:
                hooks.accept(self, None, {}, _DEFAULT_CHECK_TYPES)
        except TaskError as error:
            raise error.with_traceback(None)  # noqa: B904  # ends at the caller's line, not in here
        self._watch = watched(func, self._added)

    async def __call__(self) -> None:
        """Run the task.

        Raises:
            Exception: The function's error, with a note that names the task.
        """
        self._settled = True
        if self._watch is not None:
            self._watch.settled = True
        if hooks.recorder is not None:
            hooks.recorder(self)
            return
        try:
            if self.is_async:
                await super().__call__()
            else:
                await InThread(self)()
        except BaseException as error:
            report(error, self, ())
            raise


class _AddedTask(BackgroundTask):
    """A task whose attributes `add_task` sets directly, which is faster than an `__init__`."""

    if not TYPE_CHECKING:
        __init__ = object.__init__
    else:

        def __init__(self) -> None: ...


class _AddedAsyncTask(_AddedTask):
    is_async = True  # a task's own attribute would take 8 bytes


def _checked(wrapping: StarletteBackgroundTask, task: BackgroundTask) -> StarletteBackgroundTask:
    """Return the checked version of a task that a replaced `add_task` added for `task`."""
    if wrapping is task or type(wrapping) is not StarletteBackgroundTask:
        return wrapping
    if wrapping.func is task.func and wrapping.args == task.args:
        return task
    checked: Any = wrapping
    given: Any = task
    checked.__class__ = _AddedAsyncTask if wrapping.is_async else _AddedTask
    checked._added, checked._name, checked._original = given._added, given._name, given  # noqa: SLF001
    checked._on_exception = given._on_exception  # noqa: SLF001
    return wrapping


def _watch(task: BackgroundTask, why: str, level: int) -> None:
    """Let a task report itself, since its collection is gone and another one may run it."""
    checked: Any = task
    if checked._settled or checked._watch is not None:  # noqa: SLF001
        return
    if type(task) in (_AddedTask, _AddedAsyncTask):  # collections run those without their watch
        checked.is_async = task.is_async
        checked.__class__ = BackgroundTask
    checked._watch = LateWatch(task, why, level)  # noqa: SLF001


def new_task(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BackgroundTask:
    """Make a checked task that runs in this process, even if an engine is configured.

    Raises:
        TaskArgumentError: The function does not take these arguments.
        TaskTargetError: The object can't be run as a task.
    """
    task: Any = _AddedAsyncTask() if bind(func, args, kwargs).is_async else _AddedTask()
    task.func, task.args, task.kwargs, task._added = func, args, kwargs, caller()  # noqa: SLF001
    checked: BackgroundTask = task
    return checked


class BackgroundTasks(StarletteBackgroundTasks):
    """A collection of background tasks that run, in order, after the response is sent.

    ```python
    async def signup(request: Request) -> JSONResponse:
        tasks = BackgroundTasks()
        tasks.add_task(send_email, "new@example.org", retries=3)
        return JSONResponse({"status": "ok"}, background=tasks)
    ```

    Under FastAPI, annotate a parameter with `typed_bg.fastapi.BackgroundTasks` instead: FastAPI
    injects its own, unchecked class for this one.

    Attributes:
        tasks: The tasks, in the order in which they were added.
        on_error: What happens after a task fails; see the constructor.
        max_concurrency: The maximum number of tasks that run at once.
        engine: Where the tasks run. With `None`, the app decides.
        check_types: Whether the types of arguments are checked; see the constructor.
    """

    # Of the class as well, since FastAPI makes instances by a constructor that does not set them.
    _on_error: OnError = "stop"
    _max_concurrency: int = 1
    _engine: EngineChoice | None = None
    _check_types: CheckTypes = _DEFAULT_CHECK_TYPES
    _first_steps: "list[_FirstStep[...]] | None" = None
    _settled_count: int = 0  # how many of `tasks` its runs have settled

    def __init__(
        self,
        tasks: Annotated[
            Sequence[StarletteBackgroundTask] | None,
            Doc("Initial tasks. Starlette's own tasks are added without a check."),
        ] = None,
        *,
        on_error: Annotated[
            OnError,
            Doc(
                """
                What happens after a task fails.

                With `"stop"`, as in Starlette, no further task is started and the error is raised.
                With `"continue"`, every task runs. Then the error is raised, or an `ExceptionGroup`
                if there are several errors.

                With a function, `def` or `async def`, every task runs. The function is called with
                each error and a `FailedTask`, and only an error that it raises itself is raised.
                """
            ),
        ] = "stop",
        max_concurrency: Annotated[
            int,
            Doc(
                """
                The maximum number of tasks that run at once.

                If it is more than 1, a failing task does not interrupt the tasks that are running.
                """
            ),
        ] = 1,
        engine: Annotated[
            EngineChoice | None,
            Doc("Where the tasks run. With `None`, the app decides: see `typed_bg.engines`."),
        ] = None,
        check_types: Annotated[
            CheckTypes | None,
            Doc(
                """
                Whether `add_task` checks the types of the arguments.

                With `True`, an argument that does not have the type of its parameter's annotation
                is rejected. With `"warn"`, the logger `typed_bg` names it instead. With `None`, the
                environment variable `TYPED_BG_CHECK_TYPES` decides.
                """
            ),
        ] = None,
    ) -> None:
        """Make a collection.

        Args:
            tasks: Initial tasks. Starlette's own tasks are added without a check.
            on_error: What happens after a task fails.

                With `"stop"`, as in Starlette, no further task is started and the error is raised.
                With `"continue"`, every task runs. Then the error is raised, or an `ExceptionGroup`
                if there are several errors.

                With a function, `def` or `async def`, every task runs. The function is called with
                each error and a `FailedTask`, and only an error that it raises itself is raised.
            max_concurrency: The maximum number of tasks that run at once.

                If it is more than 1, a failing task does not interrupt the tasks that are running.
            engine: Where the tasks run. With `None`, the app decides: see `typed_bg.engines`.
            check_types: Whether `add_task` checks the types of the arguments.

                With `True`, an argument that does not have the type of its parameter's annotation
                is rejected. With `"warn"`, the logger `typed_bg` names it instead. With `None`, the
                environment variable `TYPED_BG_CHECK_TYPES` decides.

        Raises:
            ValueError: The value of an option is invalid.
            TaskError: `on_error` is a function that cannot be called with an error and a task.
            ModuleNotFoundError: `check_types` needs typeguard, which is not installed.
        """
        super().__init__(tasks)
        if on_error != "stop":  # as the class says
            self.on_error = on_error
        if max_concurrency != 1:
            self.max_concurrency = max_concurrency
        if engine is not None:
            self.engine = engine
        if check_types is not None:
            self.check_types = check_types
        if hooks.router is not None:
            hooks.router.adopt(self)

    @property
    def on_error(self) -> OnError:
        """What happens after a task fails; raises `ValueError` for an invalid value."""
        return self._on_error

    @on_error.setter
    def on_error(self, value: OnError) -> None:
        check_options(value, self._max_concurrency)
        self._on_error = value

    @property
    def max_concurrency(self) -> int:
        """The maximum number of tasks that run at once; raises `ValueError` below 1."""
        return self._max_concurrency

    @max_concurrency.setter
    def max_concurrency(self, value: int) -> None:
        check_options(self._on_error, value)
        self._max_concurrency = value

    @property
    def engine(self) -> EngineChoice | None:
        """Where the tasks run; with `None`, the app decides. Affects only tasks added later."""
        return self._engine

    @engine.setter
    def engine(self, value: EngineChoice | None) -> None:
        check_engine(value)
        self._engine = value
        hooks.activate()

    @property
    def check_types(self) -> CheckTypes:
        """Whether `add_task` checks the types of the arguments; raises for an invalid value."""
        return self._check_types

    @check_types.setter
    def check_types(self, value: CheckTypes) -> None:
        argument_types.prepare(value)
        self._check_types = value

    # Positional-only, so that a task can have parameters named `func` and `self`; Starlette's
    # `add_task(func=...)` does not work here, and the comments make the checkers accept that.
    def add_task(  # type: ignore[override]  # ty: ignore[lost-keyword-for-regular-parameter]
        self,
        func: Annotated[
            Callable[P, object],
            Doc("The function to call after the response is sent, `def` or `async def`."),
        ],
        /,
        *task_args: P.args,
        **task_kwargs: P.kwargs,
    ) -> None:
        """Add a function to be called, with these arguments, after the response is sent.

        Pass the function itself, without calling it. Its arguments follow, by position or by
        keyword, as in a call.

        Type checkers check the arguments, because the method has the function's own parameters.
        `add_task` checks them again now, before the response is sent.

        Args:
            func: The function to call after the response is sent, `def` or `async def`.
            *task_args: The function's positional arguments.
            **task_kwargs: The function's keyword arguments.

        Raises:
            TaskArgumentError: The function does not take these arguments. Nothing is added.
            TaskTargetError: The object can't be run as a task. Nothing is added.
        """
        try:
            shape = bind(func, task_args, task_kwargs)
            try:
                frame = _getframe(1)
            except ValueError:  # a thread begins with this method
                frame = _getframe(0)
            location = shape.location
            if location.instruction != frame.f_lasti or location.code_id != id(frame.f_code):
                location = shape.location = location_of(frame)
            task: Any = _AddedAsyncTask() if shape.is_async else _AddedTask()
            task.func = func
            task.args = task_args
            task.kwargs = task_kwargs
            task._added = location  # noqa: SLF001  # of a class of this module
            if StarletteBackgroundTasks.add_task is not _starlettes_add_task or (
                _other_base is not None and _other_base.add_task is not _other_add_task
            ):
                self._add_through_base(task, {})
                return
            if hooks.accept is not None:
                hooks.accept(task, self._engine, {}, self._check_types)
            self.tasks.append(task)
        except TaskError as error:
            raise error.with_traceback(None)  # noqa: B904  # ends at the caller's line, not in here

    def _add(self, task: BackgroundTask, options: dict[str, Any]) -> None:
        if StarletteBackgroundTasks.add_task is not _starlettes_add_task or (
            _other_base is not None and _other_base.add_task is not _other_add_task
        ):
            self._add_through_base(task, options)
            return
        if hooks.accept is not None:
            hooks.accept(task, self._engine, options, self._check_types)
        self.tasks.append(task)

    def _add_through_base(self, task: BackgroundTask, options: dict[str, Any]) -> None:
        """Add a checked task through an `add_task` that other code has put into a base class.

        A mock adds nothing. A tracer adds a task whose function wraps the one that it was given.
        """
        count = len(self.tasks)
        if not {"self", "func"} & task.kwargs.keys():  # names that the base's method takes itself
            super().add_task(task.func, *task.args, **task.kwargs)
            added = self.tasks[count:]
            if not added:
                return
            del self.tasks[count:]
        else:
            added = [task]
        if hooks.accept is not None:
            hooks.accept(task, self._engine, options, self._check_types)
        if type(task) not in (_AddedTask, _AddedAsyncTask):  # an engine runs the function itself
            added = [task]
        for wrapping in added:
            self.tasks.append(_checked(wrapping, task))

    def add(  # noqa: PLR0913  # options, each by its name
        self,
        func: Annotated[
            Callable[P, object],
            Doc("The function to call after the response is sent, `def` or `async def`."),
        ],
        /,
        *,
        name: Annotated[
            str | None, Doc("The task's name in errors and logs, instead of the function's name.")
        ] = None,
        key: Annotated[
            str | None,
            Doc("While a task with this key waits or runs, a second one is rejected."),
        ] = None,
        delay: Annotated[
            float | None,
            Doc("Seconds to wait before the task may start, from when the engine accepts it."),
        ] = None,
        retries: Annotated[int | None, Doc("How many times to retry the task if it fails.")] = None,
        retry_delay: Annotated[float | None, Doc("Seconds between two attempts.")] = None,
        timeout: Annotated[float | None, Doc("Seconds that an attempt may run.")] = None,
        on_exception: Annotated[
            OnException | None,
            Doc(
                """
                Whether the task runs although the request raised an exception.

                `"run"` needs a collection that FastAPI injected. `None` means its `on_exception`.
                """
            ),
        ] = None,
    ) -> Callable[P, None]:
        """Add a function in two steps: `tasks.add(send_email, name="welcome")(to, retries=3)`.

        The second call takes the function's arguments, and editors show its own parameters there.
        The first call takes options for this one task. All options except `name` and
        `on_exception` need an engine: see `typed_bg.engines`.

        Args:
            func: The function to call after the response is sent, `def` or `async def`.
            name: The task's name in errors and logs, instead of the function's name.
            key: While a task with this key waits or runs, a second one is rejected.
            delay: Seconds to wait before the task may start, from when the engine accepts it.
            retries: How many times to retry the task if it fails.
            retry_delay: Seconds between two attempts.
            timeout: Seconds that an attempt may run.
            on_exception: Whether the task runs although the request raised an exception.

                `"run"` needs a collection that FastAPI injected. `None` means its `on_exception`.

        Returns:
            A callable that takes the arguments and adds the task. It raises the same errors as
            `add_task`, and `TaskOptionError` for an option that the engine does not support.
        """
        asked = {
            "key": key,
            "delay": delay,
            "retries": retries,
            "retry_delay": retry_delay,
            "timeout": timeout,
        }
        options = {option: value for option, value in asked.items() if value is not None}
        if on_exception is not None:
            self._check_on_exception(on_exception, func)
        step = _FirstStep(self, func, name, on_exception, options)
        if self._first_steps is None:
            self._first_steps = []
        self._first_steps.append(step)
        return step

    def _check_on_exception(self, value: OnException, func: object) -> None:
        """Reject `"run"`, which needs a collection that FastAPI injected."""
        check_on_exception(value)
        if value == "run":
            raise on_exception_without_fastapi(func)

    async def __call__(self) -> None:
        """Run the tasks, including those added during the run, and send tasks to their engines.

        Raises:
            Exception: A task's error, with notes that name the task, the place that added it
                and the tasks that were not started.
            ExceptionGroup: The errors of several tasks.
            EngineUnavailable: An engine did not accept its tasks. No other task has started.
            MissingCallError: The result of `add` was never called. All other tasks have run.
        """
        if (hooks.recorder or hooks.router or self._first_steps) and await self._prepare():
            return
        if self._on_error != "stop" or self._max_concurrency != 1:
            await self._run_all()
            return
        if calls_are_replaced():
            await self._run_through_base()
            return
        pending = iter(self.tasks)
        for task in pending:
            try:
                # The same as `BackgroundTask.__call__`, but without one more coroutine.
                if type(task) is _AddedAsyncTask:
                    task._settled = True  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
                    await StarletteBackgroundTask.__call__(task)
                elif type(task) is _AddedTask:
                    task._settled = True  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
                    await InThread(task)()
                else:
                    await task()
            except BaseException as error:  # noqa: PERF203  # free since Python 3.11
                report(error, task, list(pending))
                self._settled_count = len(self.tasks)
                raise
        self._settled_count = len(self.tasks)

    def __del__(self) -> None:
        """Report the tasks that never ran, as Python reports a coroutine that was never awaited."""
        try:
            if self._settled_count == len(self.tasks):
                return
        except AttributeError:  # a constructor that failed has set no `tasks`
            return
        kept = {id(task) for task in shared(self.tasks)}
        why, level = self._why_lost()
        for task in self.tasks:
            if id(task) in kept and isinstance(task, BackgroundTask):
                _watch(task, why, level)
        report_lost([task for task in self.tasks if id(task) not in kept], why, level)

    def _why_lost(self) -> tuple[str, int]:
        """Return why tasks that are left have not run, and the level at which they are logged."""
        return (ADDED_TOO_LATE if self._has_run() else NEVER_ATTACHED), logging.WARNING

    def _has_run(self) -> bool:
        return "_settled_count" in self.__dict__

    async def _run_through_base(self) -> None:
        """Run the tasks through a `__call__` that other code has put into a base class."""
        try:
            await super().__call__()
        finally:
            self._settled_count = len(self.tasks)

    async def _prepare(self) -> bool:
        """Prepare the run, and return whether no task is left to run."""
        missing = [step for step in self._first_steps or () if not step.called]
        self._first_steps = None
        if missing:
            error = missing_call([(step.func, step.place) for step in missing])
            logger.error("%s", error)
            try:
                await self()
            except Exception as failure:
                note(failure, str(error))
                raise
            raise error
        if hooks.recorder is not None:
            hooks.recorder(self)
            self._settled_count = len(self.tasks)
            return True
        if hooks.router is not None:
            await hooks.router.enqueue(self.tasks)
        return False

    async def _run_all(self) -> None:
        try:
            await run_all(
                self.tasks,
                self._start,
                on_error=self._on_error,
                max_concurrency=self.max_concurrency,
            )
        finally:
            self._settled_count = len(self.tasks)

    def _start(self, task: StarletteBackgroundTask) -> Awaitable[None]:
        return task()


class _FirstStep(Generic[P]):
    """The result of `add`: a callable that takes the task's arguments."""

    def __init__(
        self,
        tasks: BackgroundTasks,
        func: Callable[P, object],
        name: str | None,
        on_exception: OnException | None,
        options: dict[str, Any],
    ) -> None:
        self.on_exception: OnException | None = on_exception
        self.tasks = tasks
        self.func = func
        self.name = name
        self.options = options
        self.place = caller()
        self.called = False

    def __call__(self, /, *task_args: P.args, **task_kwargs: P.kwargs) -> None:
        self.called = True  # even if it is rejected now: the error has reported that
        try:
            task = new_task(self.func, task_args, task_kwargs)
            task._name = self.name  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # of this module
            if self.on_exception is not None:
                task._on_exception = self.on_exception  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            if self.options:
                hooks.activate()
            self.tasks._add(task, self.options)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        except TaskError as error:
            raise error.with_traceback(None)  # noqa: B904  # ends at the caller's line, not in here


process_end.watch(BackgroundTask, BackgroundTasks)

# A call without a target, such as `add_task(func=f)`, then gets the error that shows what to write.
# In the signatures, the default would make checkers accept that call.
BackgroundTask.__init__.__defaults__ = (MissingTarget("BackgroundTask"),)
BackgroundTasks.add_task.__defaults__ = (MissingTarget("add_task"),)
