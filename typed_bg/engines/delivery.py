"""Handing tasks to engines: when they are added, and before the response starts.

The client is to hear that all is well only when an engine has the tasks. What runs a response's
tasks, after it was sent, is the response itself, and nobody knows them before. So the middleware
holds the messages of a response back while its request has tasks to hand over, until the response
runs its tasks: these are handed over then, and what was held back is sent. A request whose tasks
nobody runs, such as one that failed, hands over nothing, as it runs nothing without an engine.
"""

from __future__ import annotations

import inspect
import math
import secrets
import traceback
from collections.abc import Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal

import anyio
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import Request
from starlette.responses import JSONResponse

from typed_bg._core import hooks
from typed_bg._core.engine import Engine, EngineChoice, TaskCall, TaskOptions, first_chosen
from typed_bg._core.locations import caller
from typed_bg._core.messages import name_of
from typed_bg._core.registry import registration_of, task_name
from typed_bg._core.runner import describe, logger, note
from typed_bg.background import BackgroundTask
from typed_bg.engines import propagation
from typed_bg.exceptions import EngineUnavailable, TaskOptionError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Mapping, Sequence

    from starlette.background import BackgroundTask as StarletteBackgroundTask
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DEFAULTS = TaskOptions()
_FIRST_ERROR = 400  # the first status that says that not all is well


ErrorResponse = Callable[[Request, EngineUnavailable], "Response | Awaitable[Response]"]


def service_unavailable(_request: Request, _error: EngineUnavailable) -> Response:
    """Make the response in the place of one whose tasks were not accepted."""
    return JSONResponse({"detail": "Service Unavailable"}, 503)


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """What `typed_bg.engines.use` was told of an app.

    Attributes:
        engine: Where tasks run if neither target nor collection says it; `None` for in process.
        when: Whether the response waits for the engine.
        unreachable: What becomes of tasks that the engine did not accept.
        deadline: Seconds that a request's hand-over may take.
        error_response: Makes the response in the place of one whose tasks were not accepted.
    """

    engine: Engine | None
    when: Literal["before_response", "after_response"]
    unreachable: Literal["error", "run_in_process"]
    deadline: float
    error_response: ErrorResponse


_current: ContextVar[_Exchange | None] = ContextVar("typed_bg_exchange", default=None)
# Of a collection that is run where no app's policy holds, such as a script's.
_ALONE = Policy(None, "after_response", "error", 30, service_unavailable)


class HandedTask(BackgroundTask):
    """A task that an engine is to run."""

    call: TaskCall
    engine: Engine
    state: Literal["waiting", "accepted", "in process"]

    async def __call__(self) -> None:
        """Hand the task over, unless that was done; run it where the engine could not take it."""
        if hooks.recorder is not None:
            await super().__call__()
            return
        if self.state == "waiting":  # it was added while the collection ran, or is in none
            await _hand_over([self])
        if self.state == "in process":
            if (exchange := _current.get()) is not None:
                await exchange.release()  # the client does not wait for it
            await super().__call__()


class _Router:
    """What `hooks.router` is once an engine is used."""

    def route(
        self,
        task: StarletteBackgroundTask,
        engine: EngineChoice | None,
        options: Mapping[str, Any],
    ) -> None:
        """Make a task that was just checked one that an engine is to run, if one is.

        Args:
            task: The task.
            engine: Where the collection's tasks run; `None` leaves that to the app.
            options: The options of this task alone.

        Raises:
            TaskOptionError: An option cannot be right, or the engine does not have it.
            TaskTargetError: A worker could not find the function.
            TaskPayloadError: An argument cannot be carried.
        """
        exchange = _current.get()
        registration = registration_of(task.func)
        chosen = first_chosen(
            registration.engine if registration else None,
            engine,
            exchange.policy.engine if exchange else None,
        )
        defaults = registration.options if registration else _DEFAULTS
        merged = replace(defaults, **options) if options else defaults
        asked = dict[str, Any]() if merged is _DEFAULTS else _differing(merged)
        if asked:
            _check_options(task.func, asked, chosen)
        if chosen is None:
            return
        from typed_bg.engines.arguments import codec_of, write  # noqa: PLC0415  # needs pydantic

        name = task_name(task.func)
        arguments = codec_of(task.func).encode(task.args, task.kwargs)
        call_id = secrets.token_hex(16)
        payload = write(call_id, name, arguments, asked, propagation.captured())
        handed: Any = task
        handed.is_async = task.is_async  # which the class it has had may have said for it
        handed.__class__ = HandedTask
        handed.call = TaskCall(call_id, name, payload, merged)
        handed.engine = chosen
        handed.state = "waiting"
        if exchange is not None and exchange.keeps:
            exchange.added.append(handed)

    async def enqueue(self, tasks: Sequence[StarletteBackgroundTask]) -> None:
        """Hand a collection's tasks over that engines are to run, and let the response go.

        Raises:
            EngineUnavailable: An engine did not accept them, and they are not to run here then.
        """
        await _hand_over(_waiting(tasks))
        if (exchange := _current.get()) is not None:
            await exchange.release()


ROUTER = _Router()


def _waiting(tasks: Iterable[StarletteBackgroundTask]) -> list[HandedTask]:
    """Return the tasks that are to be handed over still, those of collections among them too."""
    waiting: list[HandedTask] = []
    for it in tasks:
        if isinstance(it, StarletteBackgroundTasks):
            waiting += _waiting(it.tasks)
        elif isinstance(it, HandedTask) and it.state == "waiting":
            waiting.append(it)
    return waiting


async def _hand_over(tasks: Sequence[HandedTask]) -> None:
    if not tasks or hooks.recorder is not None:
        return
    exchange = _current.get()
    policy = exchange.policy if exchange else _ALONE
    try:
        await _submit(tasks, policy.deadline)
    except EngineUnavailable as error:
        left = "; ".join(map(describe, _waiting(tasks)))
        if policy.unreachable == "run_in_process":
            logger.warning("%s; run in the web process instead: %s", error, left)
            for it in _waiting(tasks):
                it.state = "in process"
            return
        note(error, f"background tasks that no engine accepted: {left}")
        if taken := "; ".join(describe(it) for it in tasks if it.state == "accepted"):
            note(error, f"background tasks that an engine had accepted before: {taken}")
        if exchange is not None and not exchange.started:
            exchange.refused = error
        raise


async def _submit(tasks: Sequence[HandedTask], deadline: float) -> None:
    """Give each engine its tasks, in order of their first, all of them within the deadline."""
    with anyio.move_on_after(deadline):
        for engine in {id(it.engine): it.engine for it in tasks}.values():
            await _submit_to(engine, [it for it in tasks if it.engine is engine])
        return
    hanging = _waiting(tasks)[0].engine
    msg = (
        f"{type(hanging).__name__} did not answer within {deadline} s: is its broker overloaded or "
        "stopped? (deadline= of typed_bg.engines.use)"
    )
    raise EngineUnavailable(msg)


async def _submit_to(engine: Engine, tasks: Sequence[HandedTask]) -> None:
    accepted = 0
    try:
        await engine.submit([it.call for it in tasks])
        accepted = len(tasks)
    except EngineUnavailable as error:
        accepted = error.accepted
        raise
    except Exception as error:
        msg = f"{type(engine).__name__} failed: {type(error).__name__}: {error}"
        raise EngineUnavailable(msg) from error
    finally:
        for it in tasks[:accepted]:
            it.state = "accepted"


def _differing(options: TaskOptions) -> dict[str, Any]:
    """Return the options that are not what they are by default."""
    values = ((it, getattr(options, it.name)) for it in fields(TaskOptions))
    return {it.name: value for it, value in values if value != it.default}


def _check_options(func: object, asked: Mapping[str, Any], engine: Engine | None) -> None:
    supported: frozenset[str] = frozenset() if engine is None else engine.supports
    where = "in the web process" if engine is None else f"in {type(engine).__name__}"
    for name, value in asked.items():
        if wanted := _misfit(name, value):
            raise TaskOptionError(
                f"{name} of {name_of(func)}() is {value!r}: it takes {wanted}",
                target=func,
                details=(f"added at {caller()}",),
            )
        if name not in supported:
            has = f"it has {', '.join(sorted(supported))}" if supported else "it has no options"
            raise TaskOptionError(
                f"{name_of(func)}() asks for {name}={value!r}, which there is not {where}: {has}",
                target=func,
                details=(
                    f"added at {caller()}",
                    f"leave {name} out, or hand the task to an engine that has it",
                ),
            )


def _misfit(name: str, value: object) -> str | None:
    """Say what an option takes if that is not what it was given."""
    if name == "key":
        return None if isinstance(value, str) and value else "a text that is not empty"
    if name == "retries":
        return None if type(value) is int and value >= 0 else "a whole number from 0 on"
    wanted = "seconds, more than 0" if name == "timeout" else "seconds, from 0 on"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return wanted
    return None if value > 0 or (value == 0 and name != "timeout") else wanted


@dataclass(slots=True, eq=False)
class _Exchange:
    """A request and its response.

    Attributes:
        policy: What the app does.
        forward: Sends a message to the client.
        added: The tasks that were added for an engine.
        held: The messages that are held back.
        started: Whether the response has started.
        refused: Why the response cannot be what the app made of it.
        status: The response's status.
        keeps: Whether what is added still matters to the response.
    """

    policy: Policy
    forward: Send
    added: list[HandedTask] = field(default_factory=list[HandedTask])
    held: list[Message] = field(default_factory=list[MutableMapping[str, Any]])
    started: bool = False
    refused: EngineUnavailable | None = None
    status: int = 0
    keeps: bool = True

    async def send(self, message: Message) -> None:
        """Send a message, or hold it back."""
        if self.refused is not None:
            raise self.refused
        starts = message["type"] == "http.response.start"
        if starts:
            self.status = message["status"]
        may_wait = self.policy.when == "before_response" and not self.started
        if not (may_wait and (self.held or (starts and _waiting(self.added)))):
            await self._send_now(message)
            return
        self.held.append(message)
        if message["type"] == "http.response.body" and message.get("more_body"):
            # A stream runs its tasks at its end, too late; its start says that all is well.
            if self.status < _FIRST_ERROR:
                await _hand_over(_waiting(self.added))
            await self.release()

    async def _send_now(self, message: Message) -> None:
        self.started = self.started or message["type"] == "http.response.start"
        await self.forward(message)

    async def release(self) -> None:
        """Send what was held back."""
        held = self.held.copy()
        self.held.clear()
        for message in held:
            await self._send_now(message)

    def report_lost(self) -> None:
        """Say which tasks nobody ran or handed over, though the client heard that all is well."""
        lost = _waiting(self.added)
        if lost and self.status < _FIRST_ERROR and hooks.recorder is None:
            logger.error(
                "never handed over, since the response does not have their collection as its "
                "background: %s",
                "; ".join(map(describe, lost)),
            )


class HandOverMiddleware:
    """Lets a response start when the engine has accepted its tasks."""

    def __init__(self, app: ASGIApp, policy: Policy, engines: Callable[[], list[Engine]]) -> None:
        self.app = app
        self.policy = policy
        self.engines = engines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; open and close the engines with the app."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] == "http":
            await self._exchange(scope, receive, send)
        else:  # a websocket's handler runs its tasks itself
            token = _current.set(_Exchange(self.policy, send, started=True, keeps=False))
            try:
                await self.app(scope, receive, send)
            finally:
                _current.reset(token)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as stack:
            try:
                for engine in self.engines():
                    if isinstance(engine, AbstractAsyncContextManager):
                        await stack.enter_async_context(engine)
            except Exception:
                # Unless it is told, a server takes the error for an app that has no lifespan.
                await receive()
                text = traceback.format_exc()
                await send({"type": "lifespan.startup.failed", "message": text})
                raise
            await self.app(scope, receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(self.policy, send)
        token = _current.set(exchange)
        try:
            await self.app(scope, receive, exchange.send)
        except Exception:
            if exchange.refused is None:
                raise
        finally:
            _current.reset(token)
            exchange.keeps = False
        if exchange.refused is None:
            await exchange.release()
            exchange.report_lost()
            return
        lost = "; ".join(map(describe, _waiting(exchange.added)))
        logger.error("%s; a request was refused, with its tasks: %s", exchange.refused, lost)
        response = self.policy.error_response(Request(scope, receive), exchange.refused)
        if inspect.isawaitable(response):
            response = await response
        await response(scope, receive, send)
