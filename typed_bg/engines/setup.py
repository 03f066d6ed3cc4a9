"""Configure where an app's tasks run."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterable, Sequence  # noqa: TC003  # a person may ask for the type hints
from contextvars import ContextVar  # noqa: TC003
from typing import TYPE_CHECKING, Annotated, Any, Literal

from starlette.applications import Starlette  # noqa: TC002
from starlette.middleware import Middleware
from typing_extensions import Doc

from typed_bg._core import task_registry
from typed_bg._core.hooks import activate, check_engine
from typed_bg._core.runner import logger
from typed_bg.engines import propagation
from typed_bg.engines.delivery import Policy
from typed_bg.engines.lookup import trust_packages
from typed_bg.engines.middleware import DeliveryMiddleware, ErrorResponse, service_unavailable

if TYPE_CHECKING:
    from typed_bg._core.engine import Engine

_policies: weakref.WeakKeyDictionary[Starlette, tuple[Policy, tuple[Engine, ...]]] = (
    weakref.WeakKeyDictionary()
)


def use(  # noqa: PLR0913  # options, each by its name
    app: Annotated[Starlette, Doc("The app, Starlette's or FastAPI's, before it has started.")],
    engine: Annotated[
        Engine | None,
        Doc(
            """
            The engine that runs the app's tasks; with `None`, they run in the web process.

            A collection, `BackgroundTasks(engine=...)`, and a function, `@task(engine=...)`, can
            use another one.
            """
        ),
    ] = None,
    *,
    when: Annotated[
        Literal["before_response", "after_response"],
        Doc(
            """
            When a request's tasks are sent to the engine.

            With `"before_response"`, the response starts only after the engine accepted all tasks.
            """
        ),
    ] = "before_response",
    unreachable: Annotated[
        Literal["error", "run_in_process"],
        Doc(
            """
            What happens to tasks that the engine does not accept.

            With `"error"` the client gets `error_response`; with `"run_in_process"` they run here
            after the response, once, without the engine's options.
            """
        ),
    ] = "error",
    deadline: Annotated[float, Doc("Seconds that an engine has to accept a request's tasks.")] = 5,
    error_response: Annotated[
        ErrorResponse,
        Doc("Makes the response if tasks were not accepted; by default a 503."),
    ] = service_unavailable,
    engines: Annotated[
        Sequence[Engine],
        Doc("Engines that only collections use, to be opened and closed with the app."),
    ] = (),
    contextvars: Annotated[
        Iterable[ContextVar[Any]],
        Doc("Context variables to send with each task, by name; their values must be JSON."),
    ] = (),
    strict: Annotated[
        bool,
        Doc("Whether the app fails to start if a handler's tasks would not go to the engine."),
    ] = False,
    packages: Annotated[
        Iterable[str],
        Doc(
            """
            Installed packages whose functions a worker may import by path.

            The caller's own package, and code that is not installed, need not be listed.
            """
        ),
    ] = (),
) -> None:
    """Run an app's tasks in an engine. The calls in the app do not change.

    ```python
    app = FastAPI()
    use(app, engine=DocketEngine("redis://localhost:6379/0"))
    ```

    Args:
        app: The app, Starlette's or FastAPI's, before it has started.
        engine: The engine that runs the app's tasks; with `None`, they run in the web process.

            A collection, `BackgroundTasks(engine=...)`, and a function, `@task(engine=...)`, can
            use another one.
        when: When a request's tasks are sent to the engine.

            With `"before_response"`, the response starts only after the engine accepted all tasks.
        unreachable: What happens to tasks that the engine does not accept.

            With `"error"` the client gets `error_response`; with `"run_in_process"` they run here
            after the response, once, without the engine's options.
        deadline: Seconds that an engine has to accept a request's tasks.
        error_response: Makes the response if tasks were not accepted; by default a 503.
        engines: Engines that only collections use, to be opened and closed with the app.
        contextvars: Context variables to send with each task, by name; their values must be JSON.
        strict: Whether the app fails to start if a handler's tasks would not go to the engine.
        packages: Installed packages whose functions a worker may import by path.

            The caller's own package, and code that is not installed, need not be listed.

    Raises:
        TypeError: An item of engines is not an engine.
        ValueError: Options that would lose tasks after the client heard that all is well, or that
            no request could meet; two context variables of one name.
        RuntimeError: The app has started, or uses an engine already.
    """
    for given in (engine, *engines):
        check_engine(given)
    _check_choice("when", when, ("before_response", "after_response"))
    _check_choice("unreachable", unreachable, ("error", "run_in_process"))
    if when == "after_response" and unreachable == "error":
        msg = (
            "when='after_response' with unreachable='error' would lose tasks: if the engine cannot "
            "be reached, the client has already received its response; use "
            "when='before_response' or unreachable='run_in_process'"
        )
        raise ValueError(msg)
    if not deadline > 0:
        msg = f"deadline is {deadline!r}: it must be a number of seconds greater than 0"
        raise ValueError(msg)
    if app in _policies:
        msg = "typed_bg.engines.use was already called for this app: call it once, with all options"
        raise RuntimeError(msg)
    if app.middleware_stack is not None:
        msg = "the app has started: call typed_bg.engines.use where the app is made"
        raise RuntimeError(msg)
    propagation.carry(contextvars)
    caller = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # documented
    trust_packages({*packages, caller.partition(".")[0]} - {"__main__", ""})
    policy = Policy(engine, unreachable, deadline)
    _policies[app] = (policy, tuple(engines))
    _add_middleware(
        app,
        lambda: _start(app, strict=strict),
        policy=policy,
        waits=when == "before_response",
        error_response=error_response,
    )
    fastapi = sys.modules.get("fastapi")
    if fastapi is not None and isinstance(app, fastapi.FastAPI):
        from typed_bg.fastapi import task_options  # noqa: PLC0415  # of an extra

        # First of all, so that even a collection of FastAPI's own class is a checked one.
        router: Any = app.router
        router.dependencies.insert(0, task_options())
    activate()


def _add_middleware(app: Starlette, start: Callable[[], list[Engine]], **options: Any) -> None:
    # Next to the routes: a middleware that is added later, before or after, sees what the client
    # sees, and Starlette's `BaseHTTPMiddleware` turns a response into a stream only after this.
    app.user_middleware.append(Middleware(DeliveryMiddleware, **options))
    # Around everything, the handler of unexpected errors too, where no list of middleware reaches.
    build = app.build_middleware_stack

    def build_with_outer() -> Any:
        _check_handlers(app)
        return DeliveryMiddleware(build(), start=start, **options)

    app.build_middleware_stack = build_with_outer  # type: ignore[method-assign]


def _start(app: Starlette, *, strict: bool) -> list[Engine]:
    """Return the engines to open, and warn about handlers whose tasks no engine would get."""
    for message in unsent_tasks(app):
        if strict:
            raise RuntimeError(message)
        logger.warning("%s", message)
    return engines_of(app)


def _check_handlers(app: Starlette) -> None:
    """Make FastAPI inject checked collections, also for mounted apps and earlier routes."""
    if "fastapi" in sys.modules:
        from typed_bg.fastapi import check_handlers  # noqa: PLC0415  # of an extra

        check_handlers(app.routes)


def unsent_tasks(app: Starlette) -> list[str]:
    """Return a message for each handler of an app whose tasks no engine would get."""
    if "fastapi" not in sys.modules:
        return []
    from typed_bg.fastapi import unchecked_handlers  # noqa: PLC0415  # of an extra

    _check_handlers(app)
    return [
        f"{line} adds tasks that run in the web process, since this version of FastAPI injects its "
        "own class: annotate the parameter with typed_bg.fastapi.BackgroundTasks"
        for line in unchecked_handlers(app.routes)
    ]


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        msg = f"{name} is {value!r}; it must be {' or '.join(map(repr, choices))}"
        raise ValueError(msg)


def engine_of(app: Starlette) -> Engine | None:
    """Return an app's default engine; `None` if its tasks run in the web process.

    Raises:
        LookupError: `use` was not called for the app.
    """
    return _policies[app][0].engine


def engines_of(app: Starlette) -> list[Engine]:
    """Return every engine that is configured to run tasks of an app, each once."""
    policy, others = _policies[app]
    registered = (registration.engine for registration in task_registry.registrations())
    named = (policy.engine, *others, *registered)
    chosen = [engine for engine in named if engine is not None and not isinstance(engine, str)]
    return list({id(engine): engine for engine in chosen}.values())
