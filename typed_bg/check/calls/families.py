"""The table of forwarders of the standard library and of other packages, by family.

A row says what the call of a forwarder means: where its target and the target's arguments are, and
which options it keeps for itself. Calls are found, probed and called directly by this table alone.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from typed_bg.check.calls.forwarders import BACKGROUND, BACKGROUND_FAMILY, Form, Forwarder, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class TaskDecorator(NamedTuple):
    """A decorator that makes a task of a function, whose calls pass the function's parameters.

    Attributes:
        family: The family of the task's methods.
        name: The decorator; of a method, the class.
        method: The method, if it is one of an object that the project makes of the class.
        supplies: The option with which the framework supplies the first parameter.
        unknown: Options that can change what is called.
    """

    family: str
    name: str
    method: str = ""
    supplies: str = ""
    unknown: frozenset[str] = frozenset()


TASK_DECORATORS = (
    TaskDecorator(
        "celery", "celery.shared_task", supplies="bind", unknown=frozenset({"base", "pydantic"})
    ),
    TaskDecorator(
        "celery", "celery.Celery", "task", supplies="bind", unknown=frozenset({"base", "pydantic"})
    ),
    TaskDecorator("dramatiq", "dramatiq.actor", unknown=frozenset({"actor_class"})),
)

_NO_OPTIONS = frozenset[str]()
_LOOPS = frozenset(
    {"BaseEventLoop", "SelectorEventLoop", "ProactorEventLoop", "_UnixSelectorEventLoop", "Loop"}
)
_LOOP_GIVERS = frozenset({"get_running_loop", "get_event_loop", "new_event_loop"})
_POOLS = frozenset({"ThreadPool"})
_EXECUTORS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor", "InterpreterPoolExecutor"})
_PROCESSES = frozenset({"Process", "ForkProcess", "SpawnProcess", "ForkServerProcess"})


def _threads() -> Iterable[Forwarder]:
    for name in (
        "asyncio.to_thread",
        "starlette.concurrency.run_in_threadpool",
        "fastapi.concurrency.run_in_threadpool",
    ):
        yield Forwarder(
            name,
            "function",
            keyword="func",
            options=_NO_OPTIONS,
            has_param_spec=True,
            family="threads",
        )
    for name, keyword in (("anyio", "func"), ("trio", "sync_fn")):
        yield Forwarder(
            f"{name}.to_thread.run_sync",
            "function",
            keyword=keyword,
            options=frozenset({"abandon_on_cancel", "cancellable", "limiter", "thread_name"}),
            family="threads",
        )
    yield Forwarder(
        "asyncio.AbstractEventLoop.run_in_executor",
        "method",
        target=1,
        keyword="func",
        options=_NO_OPTIONS,
        family="threads",
        classes=_LOOPS,
        givers=_LOOP_GIVERS,
    )
    yield Forwarder(
        "concurrent.futures.Executor.submit",
        "method",
        options=_NO_OPTIONS,
        has_param_spec=True,
        family="threads",
        classes=_EXECUTORS,
    )
    yield Forwarder(
        "threading.Thread",
        "class",
        target=1,
        keyword="target",
        args=Slot(3, "args"),
        kwargs=Slot(4, "kwargs"),
        family="threads",
        instead="Thread(target=lambda: {call})",
    )
    yield Forwarder(
        "threading.Timer",
        "class",
        target=1,
        keyword="function",
        args=Slot(2, "args"),
        kwargs=Slot(3, "kwargs"),
        family="threads",
        instead="Timer(..., lambda: {call})",
    )
    yield Forwarder(
        "multiprocessing.process.BaseProcess",
        "class",
        target=1,
        keyword="target",
        args=Slot(3, "args"),
        kwargs=Slot(4, "kwargs"),
        family="threads",
        aliases=frozenset({"multiprocessing.Process", "multiprocessing.context.Process"}),
        classes=_PROCESSES,
        called="Process",
    )
    for method in ("apply_async", "apply"):
        yield Forwarder(
            f"multiprocessing.pool.Pool.{method}",
            "method",
            keyword="func",
            args=Slot(1, "args"),
            kwargs=Slot(2, "kwds"),
            family="threads",
            classes=_POOLS,
        )


def _callbacks() -> Iterable[Forwarder]:
    for name, target in (
        ("call_soon", 0),
        ("call_soon_threadsafe", 0),
        ("call_later", 1),
        ("call_at", 1),
    ):
        yield Forwarder(
            f"asyncio.AbstractEventLoop.{name}",
            "method",
            target=target,
            keyword="callback",
            options=frozenset({"context"}),
            family="callbacks",
            classes=_LOOPS,
            givers=_LOOP_GIVERS,
        )
    yield _typed("callbacks", "atexit.register", "function")
    yield _typed("callbacks", "weakref.finalize", "class", 1)
    yield _typed("callbacks", "contextlib.ExitStack.callback", "method")
    yield _typed("callbacks", "contextlib.AsyncExitStack.callback", "method")
    yield _typed("callbacks", "contextlib.AsyncExitStack.push_async_callback", "method")
    yield _typed("callbacks", "contextvars.Context.run", "method")
    yield _typed("callbacks", "unittest.TestCase.addCleanup", "method")
    yield _typed("callbacks", "unittest.TestCase.addClassCleanup", "method")
    yield _typed("callbacks", "unittest.IsolatedAsyncioTestCase.addAsyncCleanup", "method")
    for name in ("enter", "enterabs"):
        yield Forwarder(
            f"sched.scheduler.{name}",
            "method",
            target=2,
            keyword="action",
            args=Slot(3, "argument"),
            kwargs=Slot(4, "kwargs"),
            family="callbacks",
            instead=f"{name}(..., lambda: {{call}})",
        )


def _typed(family: str, name: str, form: Form, target: int | None = 0) -> Forwarder:
    """Return a forwarder that its package annotates with a `ParamSpec`, without own options."""
    return Forwarder(
        name, form, target=target, options=_NO_OPTIONS, has_param_spec=True, family=family
    )


def _celery() -> Iterable[Forwarder]:
    task = "celery.app.task.Task"
    yield _typed("celery", f"{task}.delay", "method", None)
    yield _typed("celery", f"{task}.si", "method", None)
    yield Forwarder(
        f"{task}.s",
        "method",
        target=None,
        options=_NO_OPTIONS,
        family="celery",
        followed_by=frozenset({"apply_async", "delay", "apply"}),
    )
    for name in ("apply_async", "apply"):
        yield Forwarder(
            f"{task}.{name}",
            "method",
            target=None,
            args=Slot(0, "args"),
            kwargs=Slot(1, "kwargs"),
            family="celery",
            aliases=frozenset({f"celery.Task.{name}"}),
        )
    yield Forwarder(
        "celery.Celery.send_task",
        "method",
        keyword="name",
        args=Slot(1, "args"),
        kwargs=Slot(2, "kwargs"),
        family="celery",
        by_name="only",
    )


def _dramatiq() -> Iterable[Forwarder]:
    actor = "dramatiq.Actor"
    yield _typed("dramatiq", f"{actor}.send", "method", None)
    yield _typed("dramatiq", f"{actor}.message", "method", None)
    for name in ("send_with_options", "message_with_options"):
        yield Forwarder(
            f"{actor}.{name}",
            "method",
            target=None,
            args=Slot(None, "args"),
            kwargs=Slot(None, "kwargs"),
            family="dramatiq",
        )


_RQ_OPTIONS = frozenset(
    {
        *("job_timeout", "description", "result_ttl", "ttl", "failure_ttl", "depends_on"),
        *("job_id", "at_front", "meta", "retry", "repeat", "on_success", "on_failure"),
        *("on_stopped", "rate_limit", "webhooks", "pipeline", "unique"),
    }
)


def _rq() -> Iterable[Forwarder]:
    for name, target in (("enqueue", 0), ("enqueue_in", 1), ("enqueue_at", 1)):
        for args, kwargs in ((None, None), (Slot(None, "args"), Slot(None, "kwargs"))):
            yield Forwarder(
                f"rq.Queue.{name}",
                "method",
                target=target,
                args=args,
                kwargs=kwargs,
                options=_RQ_OPTIONS,
                family="rq",
                by_name="also",
                shares_name=True,
            )
    yield Forwarder(
        "rq.Queue.enqueue_call",
        "method",
        keyword="func",
        args=Slot(1, "args"),
        kwargs=Slot(2, "kwargs"),
        family="rq",
        by_name="also",
    )


def _apscheduler() -> Iterable[Forwarder]:
    yield Forwarder(
        "apscheduler.schedulers.base.BaseScheduler.add_job",
        "method",
        keyword="func",
        args=Slot(2, "args"),
        kwargs=Slot(3, "kwargs"),
        family="apscheduler",
        by_name="also",
        classes=frozenset(
            {
                *("AsyncIOScheduler", "BackgroundScheduler", "BlockingScheduler"),
                *("GeventScheduler", "QtScheduler", "TornadoScheduler", "TwistedScheduler"),
            }
        ),
    )


FAMILIES: Mapping[str, tuple[Forwarder, ...]] = {
    BACKGROUND_FAMILY: BACKGROUND,
    "threads": tuple(_threads()),
    "callbacks": tuple(_callbacks()),
    "celery": tuple(_celery()),
    "dramatiq": tuple(_dramatiq()),
    "rq": tuple(_rq()),
    "apscheduler": tuple(_apscheduler()),
    "docket": (
        Forwarder(
            "docket.Docket.add",
            "method",
            keyword="function",
            two_step=True,
            options=_NO_OPTIONS,  # they are in the first of its two calls
            has_param_spec=True,
            family="docket",
        ),
    ),
    "taskiq": (
        Forwarder(
            "taskiq.AsyncTaskiqDecoratedTask.kiq",
            "method",
            target=None,
            has_param_spec=True,
            family="taskiq",
        ),
    ),
}
"""The forwarders of each family, by its name."""

KNOWN = tuple(chain.from_iterable(rows for name, rows in FAMILIES.items() if name != "background"))
"""All that are not looked for by default."""


def of_families(names: Iterable[str]) -> tuple[Forwarder, ...]:
    """Return the forwarders of families; `all` stands for every family."""
    chosen = {*names}
    found = FAMILIES if "all" in chosen else [name for name in FAMILIES if name in chosen]
    return tuple(chain.from_iterable(FAMILIES[name] for name in found))
