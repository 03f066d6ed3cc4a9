"""Starlette's background tasks, checked when they are added.

The names, the attributes and the order of running are those of `starlette.background`.
"""

import inspect
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import anyio.to_thread
from starlette.background import BackgroundTask as StarletteBackgroundTask
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from typing_extensions import Doc, ParamSpec

from typed_bg._locations import Location, caller, location_of
from typed_bg._refusals import MissingTarget, name_of
from typed_bg._running import recorders, report, report_waiting, run_all
from typed_bg.binding import bind

P = ParamSpec("P")
OnError = Literal["stop", "continue"]

_getframe = sys._getframe  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # documented


class BackgroundTask(StarletteBackgroundTask):
    """A function to call after the response is sent, checked to fit its arguments.

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

    def __init__(
        self,
        func: Annotated[
            Callable[P, Any],
            Doc("The function to call after the response is sent, `def` or `async def`."),
        ],
        /,
        *task_args: P.args,
        **task_kwargs: P.kwargs,
    ) -> None:
        """Check that the function takes these arguments, and keep all three.

        Args:
            func: The function to call after the response is sent, `def` or `async def`.
            *task_args: The function's positional arguments.
            **task_kwargs: The function's keyword arguments.

        Raises:
            TaskArgumentError: The function does not take these arguments.
            TaskTargetError: What is given is no function that can be run as a task.
        """
        self.is_async = bind(func, task_args, task_kwargs).is_async
        self._added = caller()
        # To type checkers, these attributes belong to another ParamSpec, that of Starlette's class.
        task: Any = self
        task.func = func
        task.args = task_args
        task.kwargs = task_kwargs

    async def __call__(self) -> None:
        """Run the task.

        Raises:
            Exception: What the function raised, with a note that names the task.
        """
        if recorders:
            recorders[-1](self)
            return
        try:
            if self.is_async:
                await super().__call__()
            else:
                await _InThread(self)()
        except Exception as error:
            report(error, self, ())
            raise


class _AddedTask(BackgroundTask):
    """A task that `add_task` has checked and fills itself, faster than an `__init__` would."""

    if not TYPE_CHECKING:
        __init__ = object.__init__
    else:

        def __init__(self) -> None: ...


class _AddedAsyncTask(_AddedTask):
    is_async = True  # a task's own attribute would take 8 bytes


class _InThread(StarletteBackgroundTask):
    """A `def` task as an async one, which calls the function in a thread.

    Starlette's own way drops an awaitable that the function returns, and mixes the function's
    keywords with the parameters of what calls it. This way still leads through Starlette's
    `BackgroundTask.__call__`, where instrumentation looks for tasks and their names.
    """

    def __init__(self, task: BackgroundTask) -> None:
        started = False

        def call_func() -> tuple[Any]:
            nonlocal started
            started = True
            # In a tuple, since trio takes a function that returns a coroutine for a mistake.
            return (task.func(*task.args, **task.kwargs),)

        async def call() -> None:
            try:
                (result,) = await anyio.to_thread.run_sync(call_func)
            except BaseException as error:
                if not started:  # cancelled while it waited for a free thread
                    report_waiting(error, task)
                raise
            if result is not None and inspect.isawaitable(result):
                await result

        call.__name__ = call.__qualname__ = name_of(task.func)
        run: Any = self  # see BackgroundTask.__init__
        no_kwargs: dict[str, Any] = {}
        run.func, run.args, run.kwargs, run.is_async = call, (), no_kwargs, True


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
        on_error: What happens after a task has failed; see the constructor.
        max_concurrency: How many tasks run at once, at the most.
    """

    # Of the class as well, since FastAPI makes instances by a constructor that does not set them.
    _on_error: OnError = "stop"
    _max_concurrency: int = 1

    def __init__(
        self,
        tasks: Annotated[
            Sequence[StarletteBackgroundTask] | None,
            Doc("Tasks to begin with; Starlette's own are taken as they are."),
        ] = None,
        *,
        on_error: Annotated[
            OnError,
            Doc(
                """
                What happens after a task has failed.

                With `"stop"`, as in Starlette, no further task is started and the error is raised.
                With `"continue"` every task runs; then the error is raised, or an `ExceptionGroup`
                where there are several.
                """
            ),
        ] = "stop",
        max_concurrency: Annotated[
            int,
            Doc(
                """
                How many tasks run at once, at the most.

                Above 1, a task that fails interrupts none of those that run beside it.
                """
            ),
        ] = 1,
    ) -> None:
        """Make a collection.

        Args:
            tasks: Tasks to begin with; Starlette's own are taken as they are.
            on_error: What happens after a task has failed.

                With `"stop"`, as in Starlette, no further task is started and the error is raised.
                With `"continue"` every task runs; then the error is raised, or an `ExceptionGroup`
                where there are several.
            max_concurrency: How many tasks run at once, at the most.

                Above 1, a task that fails interrupts none of those that run beside it.

        Raises:
            ValueError: An option has a value that it cannot have.
        """
        super().__init__(tasks)
        self.on_error = on_error
        self.max_concurrency = max_concurrency

    @property
    def on_error(self) -> OnError:
        """What happens after a task has failed; `ValueError` for what cannot be."""
        return self._on_error

    @on_error.setter
    def on_error(self, value: OnError) -> None:
        check_options(value, self._max_concurrency)
        self._on_error = value

    @property
    def max_concurrency(self) -> int:
        """How many tasks run at once, at the most; `ValueError` for less than one."""
        return self._max_concurrency

    @max_concurrency.setter
    def max_concurrency(self, value: int) -> None:
        check_options(self._on_error, value)
        self._max_concurrency = value

    # Positional-only, so that a task can have parameters named `func` and `self`; Starlette's
    # `add_task(func=...)` is given up for that, which is what the checkers are told to accept.
    def add_task(  # type: ignore[override]  # ty: ignore[lost-keyword-for-regular-parameter]
        self,
        func: Annotated[
            Callable[P, Any],
            Doc(
                """
                The function to call after the response is sent, `def` or `async def`.

                Pass the function itself, without calling it. Its arguments follow, by position or
                by keyword, as in a call.
                """
            ),
        ],
        /,
        *task_args: P.args,
        **task_kwargs: P.kwargs,
    ) -> None:
        """Add a function to be called, with these arguments, after the response is sent.

        That the function takes the arguments is checked by type checkers, since the method has
        the function's own parameters, and now, before the response is sent.

        Args:
            func: The function to call after the response is sent, `def` or `async def`.

                Pass the function itself, without calling it. Its arguments follow, by position or
                by keyword, as in a call.
            *task_args: The function's positional arguments.
            **task_kwargs: The function's keyword arguments.

        Raises:
            TaskArgumentError: The function does not take these arguments. Nothing is added.
            TaskTargetError: What is given is no function that can be run as a task. Nothing is
                added.
        """
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
        self.tasks.append(task)

    async def __call__(self) -> None:
        """Run the tasks, also those that are added meanwhile.

        Raises:
            Exception: What a task raised, with notes that name the task, the place that added it
                and the tasks that were not started.
            ExceptionGroup: What several tasks raised.
        """
        if recorders:
            recorders[-1](self)
            return
        if self._on_error != "stop" or self._max_concurrency != 1:
            await self._run_all()
            return
        pending = iter(self.tasks)
        for task in pending:
            try:
                # What `BackgroundTask.__call__` does, without a coroutine of its own for it.
                if type(task) is _AddedAsyncTask:
                    await StarletteBackgroundTask.__call__(task)
                elif type(task) is _AddedTask:
                    await _InThread(task)()
                else:
                    await task()
            except BaseException as error:  # noqa: PERF203  # free since Python 3.11
                report(error, task, list(pending))
                raise

    async def _run_all(self) -> None:
        await run_all(
            self.tasks,
            self._start,
            stop=self.on_error == "stop",
            max_concurrency=self.max_concurrency,
        )

    def _start(self, task: StarletteBackgroundTask) -> Awaitable[None]:
        return task()


def check_options(on_error: str, max_concurrency: int) -> None:
    """Refuse values that an option cannot have.

    Raises:
        ValueError: One of them is such a value.
    """
    if on_error not in get_args(OnError):
        msg = f"on_error is {on_error!r}; it takes {' or '.join(map(repr, get_args(OnError)))}"
        raise ValueError(msg)
    if max_concurrency < 1:
        msg = f"max_concurrency is {max_concurrency}; at least one task must run at once"
        raise ValueError(msg)


# A call without a target, such as `add_task(func=f)`, then arrives here and is told what to write.
# In the signatures, the default would make checkers accept that call.
BackgroundTask.__init__.__defaults__ = (MissingTarget("BackgroundTask"),)
BackgroundTasks.add_task.__defaults__ = (MissingTarget("add_task"),)
