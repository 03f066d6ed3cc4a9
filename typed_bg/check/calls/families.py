"""The table of forwarders of the standard library and of other packages, by family.

A row says what the call of a forwarder means: where its target and the target's arguments are, and
which options it keeps for itself. Calls are found, probed and called directly by this table alone.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from typed_bg.check.calls.forwarders import BACKGROUND, BACKGROUND_FAMILY, Forwarder, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


FAMILIES: Mapping[str, tuple[Forwarder, ...]] = {
    BACKGROUND_FAMILY: BACKGROUND,
    "threads": tuple(_threads()),
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
