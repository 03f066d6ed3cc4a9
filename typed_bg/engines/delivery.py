"""Send tasks to engines: encode them when they are added, submit them before the response.

`DeliveryMiddleware` decides when a request's tasks are submitted; this module does it.
"""

from __future__ import annotations

import math
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

import anyio
from starlette.background import BackgroundTasks as StarletteBackgroundTasks

from typed_bg._core import hooks
from typed_bg._core.engine import Engine, EngineChoice, TaskCall, TaskOptions, first_chosen
from typed_bg._core.messages import name_of, rejected
from typed_bg._core.runner import describe, logger, note, settle
from typed_bg._core.task_registry import registration_of
from typed_bg.background import BackgroundTask
from typed_bg.engines import propagation
from typed_bg.engines.lookup import task_name
from typed_bg.engines.message import changed, dumps
from typed_bg.exceptions import EngineUnavailable, TaskOptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.background import BackgroundTask as StarletteBackgroundTask

_DEFAULTS = TaskOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """How an app's tasks are delivered.

    Attributes:
        engine: Where tasks run if neither target nor collection sets it; `None` is in process.
        unreachable: What happens to tasks that the engine did not accept.
        deadline: The time limit for accepting a request's tasks, in seconds.
    """

    engine: Engine | None
    unreachable: Literal["error", "run_in_process"]
    deadline: float


class Exchange(Protocol):
    """The request and the response to which tasks belong."""

    @property
    def policy(self) -> Policy:
        """The delivery policy of the app."""
        ...

    def add(self, task: StarletteBackgroundTask) -> None:
        """Record a task that was added for an engine, or a collection that may get such tasks."""

    def reject(self, error: EngineUnavailable) -> None:
        """Send the client an error, unless the response has already started."""

    async def release(self) -> None:
        """Send the part of the response that was held back."""


current_exchange: ContextVar[Exchange | None] = ContextVar("typed_bg_exchange", default=None)
# For a collection that runs outside of any app's request, such as a script's.
_NO_APP = Policy(None, "error", 30)


class QueuedTask(BackgroundTask):
    """A task that an engine is to run."""

    call: TaskCall
    engine: Engine
    state: Literal["waiting", "accepted", "in process"]

    async def __call__(self) -> None:
        """Submit the task if that has not happened yet; run it here if it is to run in process."""
        if hooks.recorder is not None:
            await super().__call__()
            return
        if self.state == "waiting":  # it was added while the collection ran, or is in none
            await submit([self])
        if self.state == "in process":
            if (exchange := current_exchange.get()) is not None:
                await exchange.release()  # the client does not wait for it
            await super().__call__()


class _Router:
    """The router that `hooks.router` refers to once an engine is in use."""

    def route(
        self,
        task: StarletteBackgroundTask,
        engine: EngineChoice | None,
        options: Mapping[str, Any],
    ) -> None:
        """Mark a task as queued if an engine is to run it; its arguments are already checked.

        Args:
            task: The task.
            engine: Where the collection's tasks run; with `None`, the app decides.
            options: The options of this task alone.

        Raises:
            TaskOptionError: An option has an invalid value, or the engine does not support it.
            TaskTargetError: A worker could not find the function.
            TaskPayloadError: An argument cannot be sent.
        """
        exchange = current_exchange.get()
        registration = registration_of(task.func)
        chosen = first_chosen(
            registration.engine if registration else None,
            engine,
            exchange.policy.engine if exchange else None,
        )
        defaults = registration.options if registration else _DEFAULTS
        merged = replace(defaults, **options) if options else defaults
        asked: dict[str, Any] = {} if merged is _DEFAULTS else changed(merged)
        if asked:
            _check_options(task.func, asked, chosen)
        if chosen is None:
            return
        from typed_bg.engines.argument_codec import codec_of  # noqa: PLC0415  # needs pydantic

        name = task_name(task.func)
        arguments = codec_of(task.func).encode(task.args, task.kwargs)
        call_id = secrets.token_hex(16)
        payload = dumps(
            call_id,
            name,
            arguments,
            asked,
            propagation.captured(),
            getattr(task, "_added", None),
        )
        queued: Any = task
        queued.is_async = task.is_async  # its former class may have set it
        queued.__class__ = QueuedTask
        queued.call = TaskCall(call_id, name, payload, merged)
        queued.engine = chosen
        queued.state = "waiting"
        if exchange is not None:
            exchange.add(queued)

    def adopt(self, tasks: StarletteBackgroundTasks) -> None:
        """Record the request that a new collection belongs to.

        A thread that was started without the request's context, such as by `run_in_executor`, can
        then still add tasks to it.
        """
        exchange = current_exchange.get()
        if exchange is not None:
            adopted: Any = tasks
            if adopted._engine is None:  # noqa: SLF001  # not through its check, which is slower
                adopted._engine = exchange.policy.engine  # noqa: SLF001
            exchange.add(tasks)

    async def enqueue(self, tasks: Sequence[StarletteBackgroundTask]) -> None:
        """Submit the tasks of a collection that engines are to run, then let the response start.

        Raises:
            EngineUnavailable: An engine did not accept them, and the policy does not run them here.
        """
        await submit(waiting(tasks))
        if (exchange := current_exchange.get()) is not None:
            await exchange.release()


ROUTER = _Router()


def waiting(tasks: Iterable[StarletteBackgroundTask]) -> list[QueuedTask]:
    """Return the tasks that no engine has accepted yet, including those in nested collections."""
    found: dict[int, QueuedTask] = {}  # a task may be among them twice
    for task in tasks:
        if isinstance(task, StarletteBackgroundTasks):
            found.update((id(inner), inner) for inner in waiting(task.tasks))
        elif isinstance(task, QueuedTask) and task.state == "waiting":
            found[id(task)] = task
    return list(found.values())


async def submit(tasks: Sequence[QueuedTask]) -> None:
    """Submit tasks to their engines, and follow the app's policy if one does not accept them.

    Raises:
        EngineUnavailable: An engine did not accept them, and the policy does not run them here.
    """
    if not tasks or hooks.recorder is not None:
        return
    exchange = current_exchange.get()
    policy = exchange.policy if exchange else _NO_APP
    try:
        await _submit_all(tasks, policy.deadline)
    except EngineUnavailable as error:
        left = "; ".join(map(describe, waiting(tasks)))
        if policy.unreachable == "run_in_process":
            logger.warning("%s; these tasks run in the web process instead: %s", error, left)
            for task in waiting(tasks):
                task.state = "in process"
            return
        note(error, f"background tasks that no engine accepted: {left}")
        if taken := "; ".join(describe(task) for task in tasks if task.state == "accepted"):
            note(error, f"background tasks that an engine had accepted before: {taken}")
        for task in tasks:
            settle(task)
        if exchange is not None:
            exchange.reject(error)
        raise


async def _submit_all(tasks: Sequence[QueuedTask], deadline: float) -> None:
    """Submit to one engine after the other, all within the deadline."""
    with anyio.move_on_after(deadline):
        for engine in {id(task.engine): task.engine for task in tasks}.values():
            await _submit_to(engine, [task for task in tasks if task.engine is engine])
        return
    hanging = waiting(tasks)[0].engine
    msg = (
        f"{type(hanging).__name__} did not answer within {deadline} s: is its broker overloaded or "
        "stopped? To wait longer, set deadline= in typed_bg.engines.use."
    )
    raise EngineUnavailable(msg)


async def _submit_to(engine: Engine, tasks: Sequence[QueuedTask]) -> None:
    accepted = 0
    try:
        await engine.submit([task.call for task in tasks])
        accepted = len(tasks)
    except EngineUnavailable as error:
        accepted = error.accepted
        raise
    except Exception as error:
        msg = f"{type(engine).__name__} failed: {type(error).__name__}: {error}"
        raise EngineUnavailable(msg) from error
    finally:
        for task in tasks[:accepted]:
            task.state = "accepted"
            settle(task)


def _check_options(func: object, asked: Mapping[str, Any], engine: Engine | None) -> None:
    supported: frozenset[str] = frozenset() if engine is None else engine.supports
    where = "by the web process" if engine is None else f"by {type(engine).__name__}"
    for name, value in asked.items():
        if wanted := _misfit(name, value):
            raise rejected(
                TaskOptionError,
                f"{name}={value!r} of {name_of(func)}() is invalid: it must be {wanted}",
                target=func,
            )
        if name not in supported:
            names = ", ".join(sorted(supported)) or "no options"
            raise rejected(
                TaskOptionError,
                f"{name_of(func)}() sets {name}={value!r}, which is not supported {where}: it "
                f"supports {names}",
                f"omit {name}, or use an engine that supports it",
                target=func,
            )


def _misfit(name: str, value: object) -> str | None:
    """Return what an option accepts, or `None` if the value is valid."""
    if name == "key":
        return None if isinstance(value, str) and value else "a non-empty string"
    if name == "retries":
        return None if type(value) is int and value >= 0 else "an integer, 0 or more"
    wanted = (
        "a number of seconds greater than 0"
        if name == "timeout"
        else "a number of seconds, 0 or more"
    )
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return wanted
    return None if value > 0 or (value == 0 and name != "timeout") else wanted
