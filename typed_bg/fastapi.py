"""The checked `BackgroundTasks` as a parameter that FastAPI injects.

```python
from typed_bg.fastapi import BackgroundTasks  # instead of: from fastapi import BackgroundTasks
```
"""

import functools
import importlib.util
import inspect
import logging
import sys
import warnings
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from typing import Annotated, Any, NoReturn, cast, get_origin

import fastapi
import fastapi.params
import fastapi.routing
from fastapi.requests import HTTPConnection
from starlette.background import BackgroundTask as StarletteBackgroundTask
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.types import Scope
from typing_extensions import Doc, override

from typed_bg import background
from typed_bg._core import argument_types, hooks
from typed_bg._core.argument_types import CheckTypes
from typed_bg._core.engine import EngineChoice
from typed_bg._core.injected_class import InjectedClass, inject_with
from typed_bg._core.lost import NEVER_INJECTED, REQUEST_FAILED, report_lost
from typed_bg._core.messages import name_of, websocket
from typed_bg._core.runner import (
    OnError,
    OnException,
    check_on_exception,
    check_options,
    logger,
)
from typed_bg._core.signatures import signature_of
from typed_bg.background import P, calls_are_replaced, detect_replaced_methods

__all__ = [
    "BackgroundTasks",
    "CheckedBackgroundTasks",
    "MisannotatedHandlerWarning",
    "misannotated_handlers",
    "task_options",
]


# Not looked up again: the app, or a test, may put another class in its place.
_FastAPIsTasks = fastapi.BackgroundTasks


# The two bases disagree on `add_task(func=...)`, as `typed_bg.BackgroundTasks` and Starlette's do.
class CheckedBackgroundTasks(  # type: ignore[misc]  # ty: ignore[lost-keyword-for-regular-parameter]
    background.BackgroundTasks, fastapi.BackgroundTasks, metaclass=InjectedClass
):
    """Background tasks that run after the response is sent, checked when they are added.

    The class that `typed_bg.fastapi.BackgroundTasks` names: both the checked collection and
    FastAPI's own. FastAPI injects it for a parameter that is annotated with it. To call a handler
    without a server, make a collection yourself:

    ```python
    tasks = BackgroundTasks()
    await send_notification("new@example.org", tasks)
    ```
    """

    _injected: bool = False
    _request_failed: bool = False
    _on_exception: OnException = "drop"
    # FastAPI closes it after the response to an exception that it handles was sent.
    _outer_stack: AsyncExitStack | None = None
    _runs_after_exceptions: bool = False

    @override
    async def __call__(self) -> None:
        """Run the tasks, each through FastAPI, which opens a telemetry span for it.

        Raises:
            Exception: A task's error, with notes that name the task, the place that added it
                and the tasks that were not started.
            ExceptionGroup: The errors of several tasks.
            EngineUnavailable: An engine did not accept its tasks. No other task has started.
            MissingCallError: The result of `add` was never called. All other tasks have run.
        """
        if (hooks.recorder or hooks.router or self._first_steps) and await self._prepare():
            return
        if calls_are_replaced():
            await self._run_through_base()
            return
        await self._run_all()

    @override
    def _start(self, task: StarletteBackgroundTask) -> Awaitable[None]:
        return _FastAPIsTasks([task])()

    @property
    def on_exception(self) -> OnException:
        """Whether the tasks run if the request raised an exception: `"drop"` or `"run"`."""
        return self._on_exception

    @on_exception.setter
    def on_exception(self, value: OnException) -> None:
        self._check_on_exception(value, self)
        self._on_exception = value

    @override
    def _check_on_exception(self, value: OnException, func: object) -> None:
        if self._outer_stack is None:
            super()._check_on_exception(value, func)
            return
        check_on_exception(value)
        if value == "run" and not self._runs_after_exceptions:
            self._outer_stack.push_async_exit(self._run_after_exception)
            self._runs_after_exceptions = True

    async def _run_after_exception(
        self, _: object, error: BaseException | None, __: object
    ) -> None:
        """Run the tasks whose `on_exception` is `"run"`, if the request raised an exception."""
        raised = self._request_failed or isinstance(error, Exception)
        if self._has_run() or not raised:
            return
        chosen = [
            task
            for task in self.tasks
            if (getattr(task, "_on_exception", None) or self._on_exception) == "run"
        ]
        tasks = CheckedBackgroundTasks(
            chosen, on_error=self.on_error, max_concurrency=self.max_concurrency
        )
        try:
            await tasks()
        except Exception as failure:
            if error is None:
                raise
            # The error of the request is more important, and is already propagating.
            logger.exception("after a request that raised an exception", exc_info=failure)

    def _note_failure(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception):
            self._request_failed = True

    def _report_unsent(self, _: object, error: BaseException | None, __: object) -> None:
        # At once: the frames of the error keep the collection from being finalized for a while.
        if isinstance(error, Exception) and not self._request_failed:
            report_lost(self.tasks, *self._why_lost())

    @override
    def _why_lost(self) -> tuple[str, int]:
        if self._request_failed:
            return REQUEST_FAILED, logging.INFO
        if self._injected and not self._has_run():
            return NEVER_INJECTED, logging.WARNING
        return super()._why_lost()


BackgroundTasks = CheckedBackgroundTasks
"""Background tasks that run after the response is sent, checked when they are added.

Annotate a parameter with it, and FastAPI injects the collection of the request.
"""


class _WebSocketTasks(CheckedBackgroundTasks):
    """The collection in a websocket handler. It rejects tasks: FastAPI would never run them."""

    @override
    def add_task(  # type: ignore[override]
        self, func: Callable[P, object], /, *task_args: P.args, **task_kwargs: P.kwargs
    ) -> NoReturn:
        raise websocket(func)

    @override
    def add(self, func: Callable[P, object], /, **_options: object) -> NoReturn:
        raise websocket(func)


async def _inject(
    connection: HTTPConnection, background_tasks: fastapi.BackgroundTasks
) -> CheckedBackgroundTasks:
    _warn_once(connection.scope["app"])
    return _adopt(background_tasks, connection)


inject_with(_inject, fastapi.BackgroundTasks)
detect_replaced_methods(fastapi.BackgroundTasks)


def task_options(
    *,
    on_error: Annotated[
        OnError | None,
        Doc("What happens after a task fails; `None` does not change it."),
    ] = None,
    max_concurrency: Annotated[
        int | None,
        Doc("The maximum number of tasks that run at once; `None` does not change it."),
    ] = None,
    engine: Annotated[
        EngineChoice | None,
        Doc("Where tasks that are added later run; `None` does not change it."),
    ] = None,
    on_exception: Annotated[
        OnException | None,
        Doc(
            """
            Whether the tasks run if the request raised; `None` does not change it.

            With `"run"`, they run after the response to an exception that is handled, such as
            `HTTPException`, and before the response with status 500 to any other.
            """
        ),
    ] = None,
    check_types: Annotated[
        CheckTypes | None,
        Doc(
            """
            Whether the types of arguments are checked; `None` does not change it.

            With `True`, `add_task` rejects an argument that does not have the type of its
            parameter's annotation. With `"warn"`, the logger `typed_bg` names it instead.
            """
        ),
    ] = None,
) -> Any:  # as fastapi.Depends, which this is one of
    """Make a dependency that sets how the tasks of an app, a router or a handler run.

    ```python
    app = FastAPI(dependencies=[task_options(on_error="continue")])
    router = APIRouter(dependencies=[task_options(max_concurrency=4)])
    ```

    The handler's options override the router's, and the router's override the app's. In these
    handlers, every collection of tasks is a checked one, even if they name another class.

    Args:
        on_error: What happens after a task fails; `None` does not change it.
        max_concurrency: The maximum number of tasks that run at once; `None` does not change it.
        engine: Where tasks that are added later run; `None` does not change it.
        on_exception: Whether the tasks run if the request raised; `None` does not change it.

            With `"run"`, they run after the response to an exception that is handled, such as
            `HTTPException`, and before the response with status 500 to any other.
        check_types: Whether the types of arguments are checked; `None` does not change it.

            With `True`, `add_task` rejects an argument that does not have the type of its
            parameter's annotation. With `"warn"`, the logger `typed_bg` names it instead.

    Returns:
        The result of `fastapi.Depends`.

    Raises:
        ValueError: The value of an option is invalid.
        TaskError: `on_error` is a function that cannot be called with an error and a task.
        RuntimeError: FastAPI is too old for `on_exception="run"`.
        ModuleNotFoundError: `check_types` needs typeguard, which is not installed.
    """
    check_options(on_error or "stop", 1 if max_concurrency is None else max_concurrency)

    if on_exception is not None:
        check_on_exception(on_exception)
        if on_exception == "run" and not _HAS_OUTER_STACK:
            msg = f"on_exception='run' needs FastAPI 0.118 or later; this is {fastapi.__version__}"
            raise RuntimeError(msg)
    if check_types is not None:
        argument_types.prepare(check_types)
    return fastapi.Depends(
        _SetTaskOptions(on_error, max_concurrency, engine, on_exception, check_types)
    )


_HAS_OUTER_STACK = importlib.util.find_spec("fastapi.middleware.asyncexitstack") is not None


class _SetTaskOptions:
    """A dependency that makes the request's collection a checked one and sets its options."""

    def __init__(
        self,
        on_error: OnError | None,
        max_concurrency: int | None,
        engine: EngineChoice | None,
        on_exception: OnException | None,
        check_types: CheckTypes | None,
    ) -> None:
        self.on_exception: OnException | None = on_exception
        self.check_types: CheckTypes | None = check_types
        self.on_error: OnError | None = on_error
        self.max_concurrency = max_concurrency
        self.engine: EngineChoice | None = engine

    async def __call__(
        self, connection: HTTPConnection, background_tasks: fastapi.BackgroundTasks
    ) -> None:
        tasks = _adopt(background_tasks, connection)
        if self.on_error is not None:
            tasks.on_error = self.on_error
        if self.max_concurrency is not None:
            tasks.max_concurrency = self.max_concurrency
        if self.engine is not None:
            tasks.engine = self.engine
        if self.on_exception is not None:
            tasks.on_exception = self.on_exception
        if self.check_types is not None:
            tasks.check_types = self.check_types


def _adopt(tasks: fastapi.BackgroundTasks, connection: HTTPConnection) -> CheckedBackgroundTasks:
    """Turn the collection that FastAPI has made into a checked one.

    It stays the same object: FastAPI passes one to all dependencies of a request and runs it.
    """
    is_websocket = connection.scope["type"] == "websocket"
    kind = _WebSocketTasks if is_websocket else CheckedBackgroundTasks
    if not isinstance(tasks, kind):
        tasks.__class__ = kind
        _watch_request(tasks, connection.scope)
    if hooks.router is not None:
        hooks.router.adopt(tasks)
    return cast("CheckedBackgroundTasks", tasks)


def _watch_request(tasks: fastapi.BackgroundTasks, scope: Scope) -> None:
    """Detect a failure of the request: its tasks are dropped, and the reason is logged.

    The first stack is closed before the response is sent, but not every FastAPI has it.
    """
    checked: Any = tasks
    checked._injected = True  # noqa: SLF001  # of a class of this module
    checked._outer_stack = scope.get("fastapi_middleware_astack")  # noqa: SLF001
    whole: Any = scope.get("fastapi_inner_astack")
    handler: Any = scope.get("fastapi_function_astack") or whole
    if handler is None:
        return

    handler.push(checked._note_failure)  # noqa: SLF001
    if whole is not handler:
        whole.push(checked._report_unsent)  # noqa: SLF001


class MisannotatedHandlerWarning(UserWarning):
    """A handler names `typed_bg.BackgroundTasks`, for which FastAPI injects its unchecked class."""


def misannotated_handlers(
    app: Annotated[fastapi.FastAPI, Doc("The app, with all of its routes.")],
) -> list[str]:
    """Find the handlers and dependencies that name `typed_bg.BackgroundTasks` itself.

    FastAPI checks only the base class, and injects its own, unchecked class without a warning. The
    class cannot detect that, so check it in a test:

    ```python
    assert misannotated_handlers(app) == []
    ```

    The first request that gets checked tasks runs this check as well, and warns.

    Args:
        app: The app, with all of its routes.

    Returns:
        A line for each parameter: the function's file and line, its name and the parameter's.
    """
    lines = [_describe(call, name) for call in _calls(app.routes) for name in _plain(call)]
    return list(dict.fromkeys(lines))


def check_handlers(routes: Iterable[Any]) -> None:
    """Make the collections checked ones that handlers and dependencies of FastAPI's class get.

    Args:
        routes: An app's. The dependency of `task_options` is added to those that lack it.
    """
    options = fastapi.routing.APIRoute("/", _no_handler, dependencies=[task_options()])
    for route, calls in _unchecked_routes(routes):
        if any(map(_names_fastapis_class, calls)):
            route.dependant.dependencies[:0] = options.dependant.dependencies


def _no_handler() -> None:
    """Stand for a handler, in a route of which only the dependencies are used."""


def unchecked_handlers(routes: Iterable[Any]) -> list[str]:
    """Find the handlers and dependencies that get a collection of FastAPI's own class.

    Args:
        routes: An app's.

    Returns:
        A line for each parameter: the function's file and line, its name and the parameter's.
    """
    return [
        _describe(call, name, "fastapi.BackgroundTasks")
        for call in _calls(routes)
        for name in _names_fastapis_class(call)
    ]


def _names_fastapis_class(call: Callable[..., Any]) -> list[str]:
    return [] if call is _inject else _plain(call, StarletteBackgroundTasks)


def _plain(call: Callable[..., Any], kind: type = background.BackgroundTasks) -> list[str]:
    """Return the parameters for which FastAPI injects its own class instead of one of ours."""
    try:
        parameters = signature_of(call).parameters
    except (TypeError, ValueError):  # a callable without a signature
        return []
    while isinstance(call, functools.partial):
        call = call.func
    module = sys.modules.get(getattr(call, "__module__", ""))
    names = vars(module) if module else {}
    return [
        name
        for name, parameter in parameters.items()
        if _is_plain(parameter.annotation, names, kind)
    ]


def _is_plain(annotation: Any, names: dict[str, Any], kind: type) -> bool:
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, names)  # noqa: S307  # as FastAPI itself evaluates it
        except Exception:  # noqa: BLE001  # names of an inner scope, or for type checkers only
            return False
    if get_origin(annotation) is Annotated:
        if any(isinstance(item, fastapi.params.Depends) for item in annotation.__metadata__):
            return False
        annotation = annotation.__origin__
    if not isinstance(annotation, type) or issubclass(annotation, CheckedBackgroundTasks):
        return False
    return issubclass(annotation, kind)


def _describe(
    call: Callable[..., Any], parameter: str, kind: str = "typed_bg.BackgroundTasks"
) -> str:
    code = getattr(inspect.unwrap(call), "__code__", None)
    place = f"{code.co_filename}:{code.co_firstlineno}: " if code else ""
    return f"{place}{name_of(call)}({parameter}: {kind})"


def _calls(routes: Iterable[Any]) -> Iterator[Callable[..., Any]]:
    """Yield the handlers of an app and their dependencies, including those of mounted apps.

    Routes whose collection `task_options` turns into a checked one are skipped.
    """
    for _, calls in _unchecked_routes(routes):
        yield from calls


def _unchecked_routes(routes: Iterable[Any]) -> Iterator[tuple[Any, list[Callable[..., Any]]]]:
    """Yield the routes without `task_options`, each with its handler and its dependencies."""
    contexts = getattr(fastapi.routing, "iter_route_contexts", iter)  # included routers
    for route in contexts(list(routes)):
        calls: list[Callable[..., Any]] = []
        pending = [dependant] if (dependant := getattr(route, "dependant", None)) else []
        while pending:
            dependant = pending.pop()
            calls.append(dependant.call)
            pending += dependant.dependencies
        if calls and not any(isinstance(call, _SetTaskOptions) for call in calls):
            yield route, calls
        yield from _unchecked_routes(_mounted(route))


_MOST_WRAPPERS = 100  # around an app; something may name itself as what it wraps


def _mounted(route: Any) -> Iterable[Any]:
    """Return the routes of what a route mounts, also behind middleware around the mounted app."""
    for _ in range(_MOST_WRAPPERS):
        if routes := getattr(route, "routes", None):
            return cast("Iterable[Any]", routes)
        route = getattr(route, "app", None)
    return ()


_asked: weakref.WeakSet[Any] = weakref.WeakSet()


def _warn_once(app: fastapi.FastAPI) -> None:
    """Warn about misannotated handlers, at the first request of an app."""
    if app in _asked:
        return
    _asked.add(app)
    for line in misannotated_handlers(app):
        warnings.warn(
            f"{line} gets FastAPI's own class, which checks nothing: FastAPI injects it for every "
            "class derived from Starlette's. Annotate it with typed_bg.fastapi.BackgroundTasks.",
            MisannotatedHandlerWarning,
            stacklevel=2,
        )
