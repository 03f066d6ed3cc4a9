"""The table of forwarders of the standard library and of other packages, by family.

A row says what the call of a forwarder means: where its target and the target's arguments are, and
which options it keeps for itself. Calls are found, probed and called directly by this table alone.
`task_queue_families.py` and `scheduler_families.py` have the rows of packages, and
`task_decorators.py` what makes a task of a function.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from typed_bg.check.calls.forwarders import (
    BACKGROUND,
    BACKGROUND_FAMILY,
    NO_OPTIONS,
    Forwarder,
    Slot,
    typed,
)
from typed_bg.check.calls.scheduler_families import SCHEDULERS
from typed_bg.check.calls.task_queue_families import TASK_QUEUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
            options=NO_OPTIONS,
            has_param_spec=True,
        )
    for name, keyword in (("anyio", "func"), ("trio", "sync_fn")):
        yield Forwarder(
            f"{name}.to_thread.run_sync",
            "function",
            keyword=keyword,
            options=frozenset({"abandon_on_cancel", "cancellable", "limiter", "thread_name"}),
        )
    yield Forwarder(
        "asyncio.AbstractEventLoop.run_in_executor",
        "method",
        target=1,
        keyword="func",
        options=NO_OPTIONS,
        classes=_LOOPS,
        givers=_LOOP_GIVERS,
    )
    yield Forwarder(
        "concurrent.futures.Executor.submit",
        "method",
        options=NO_OPTIONS,
        has_param_spec=True,
        classes=_EXECUTORS,
    )
    yield Forwarder(
        "threading.Thread",
        "class",
        target=1,
        keyword="target",
        args=Slot(3, "args"),
        kwargs=Slot(4, "kwargs"),
        instead="Thread(target=lambda: {call})",
    )
    yield Forwarder(
        "threading.Timer",
        "class",
        target=1,
        keyword="function",
        args=Slot(2, "args"),
        kwargs=Slot(3, "kwargs"),
        instead="Timer(..., lambda: {call})",
    )
    yield Forwarder(
        "multiprocessing.process.BaseProcess",
        "class",
        target=1,
        keyword="target",
        args=Slot(3, "args"),
        kwargs=Slot(4, "kwargs"),
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
            classes=_LOOPS,
            givers=_LOOP_GIVERS,
        )
    yield typed("atexit.register", "function")
    yield typed("weakref.finalize", "class", 1)
    yield typed("contextlib.ExitStack.callback", "method")
    yield typed("contextlib.AsyncExitStack.callback", "method")
    yield typed("contextlib.AsyncExitStack.push_async_callback", "method")
    yield typed("contextvars.Context.run", "method")
    yield typed("unittest.TestCase.addCleanup", "method")
    yield typed("unittest.TestCase.addClassCleanup", "method")
    yield typed("unittest.IsolatedAsyncioTestCase.addAsyncCleanup", "method")
    for name in ("enter", "enterabs"):
        yield Forwarder(
            f"sched.scheduler.{name}",
            "method",
            target=2,
            keyword="action",
            args=Slot(3, "argument"),
            kwargs=Slot(4, "kwargs"),
            instead=f"{name}(..., lambda: {{call}})",
        )


def _task_groups() -> Iterable[Forwarder]:
    for name, keyword, giver in (
        ("anyio.abc.TaskGroup", "func", "create_task_group"),
        ("trio.Nursery", "async_fn", "open_nursery"),
    ):
        for method, supplied in (("start_soon", ()), ("start", ("task_status",))):
            yield Forwarder(
                f"{name}.{method}",
                "method",
                keyword=keyword,
                options=frozenset({"name", "return_handle"}),
                supplied=supplied,
                givers=frozenset({giver}),
            )
    for method in ("start_task_soon", "call"):
        yield Forwarder(
            f"anyio.from_thread.BlockingPortal.{method}",
            "method",
            keyword="func",
            options=frozenset({"name"}),
            givers=frozenset({"start_blocking_portal"}),
        )


_ROWS: Mapping[str, Iterable[Forwarder]] = {
    "threads": _threads(),
    "callbacks": _callbacks(),
    "taskgroups": _task_groups(),
    **TASK_QUEUES,
    **SCHEDULERS,
}

FAMILIES: Mapping[str, tuple[Forwarder, ...]] = {
    BACKGROUND_FAMILY: BACKGROUND,
    **{name: tuple(replace(row, family=name) for row in rows) for name, rows in _ROWS.items()},
}
"""The forwarders of each family, by its name."""

KNOWN = tuple(chain.from_iterable(rows for name, rows in FAMILIES.items() if name != "background"))
"""All that are not looked for by default."""


def of_families(names: Iterable[str]) -> tuple[Forwarder, ...]:
    """Return the forwarders of families; `all` stands for every family."""
    chosen = {*names}
    found = FAMILIES if "all" in chosen else [name for name in FAMILIES if name in chosen]
    return tuple(chain.from_iterable(FAMILIES[name] for name in found))
