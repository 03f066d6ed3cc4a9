"""The worker: Docket's own, stopped with grace and within a limit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from docket import Worker

from typed_bg.docket.task import CallLimits, run_call

if TYPE_CHECKING:
    from collections.abc import Generator

    from docket import Docket

logger: logging.Logger = logging.getLogger("typed_bg.docket")

# A call at a time for each connection; the rest are the worker's own: its polling, its leases, its
# heartbeat, its scheduler and the check of the server.
OWN_CONNECTIONS = 8
RECONNECT_AFTER = timedelta(seconds=1)
SHORTEST_CHECK = 0.001  # seconds; Redis counts in milliseconds, and takes 0 for "for ever"
LAST_WORD = 1  # seconds that cancelled tasks have for their `finally` blocks


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The options of a worker; every time is in seconds."""

    concurrency: int
    check_interval: float
    redelivery_timeout: float
    graceful_timeout: float

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            message = f"concurrency is {self.concurrency}; it must be at least 1"
            raise ValueError(message)
        if self.check_interval < SHORTEST_CHECK:
            message = (
                f"check_interval is {self.check_interval} s; it must be at least {SHORTEST_CHECK}"
            )
            raise ValueError(message)
        # Docket stops renewing its leases when it stops, and the last renewal can be a quarter old.
        if self.graceful_timeout > self.redelivery_timeout * 0.75:
            message = (
                f"graceful_timeout is {self.graceful_timeout} s, more than three quarters of"
                f" redelivery_timeout ({self.redelivery_timeout} s): while this worker stops,"
                " another worker would start its running tasks again"
            )
            raise ValueError(message)


def make_worker(
    docket: Docket, settings: WorkerSettings, *, keep_failed: timedelta, max_deliveries: int
) -> Worker:
    """Make the worker that knows what to do with our calls.

    Args:
        docket: An open docket.
        settings: The worker's options.
        keep_failed: How long the record of a failed call can be read.
        max_deliveries: How often a call may start whose worker died.

    Returns:
        Docket's worker.
    """
    # Docket's own tasks have names that ours may have too: `fail`, `sleep`, `trace`. It wants one
    # at least, and runs those that it doesn't know with `fallback_task`: every name of ours.
    docket.tasks.clear()
    docket.register(run_call, names=["typed_bg"])
    return Worker(
        docket,
        concurrency=settings.concurrency,
        minimum_check_interval=timedelta(seconds=settings.check_interval),
        redelivery_timeout=timedelta(seconds=settings.redelivery_timeout),
        reconnection_delay=RECONNECT_AFTER,
        schedule_automatic_tasks=False,
        fallback_task=run_call,
        dependencies=[CallLimits(keep_failed, max_deliveries)],
    )


async def work_until_stopped(worker: Worker, settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT, then finish what runs, within the limit.

    A second signal cuts the limit short. A plain function that still runs then, in its thread,
    cannot be interrupted: the process ends while it runs.

    Args:
        worker: A worker that is entered.
        settings: The worker's options.
    """
    # Plain functions have a thread each, and anyio has 40 of them unless it is told.
    threads = anyio.to_thread.current_default_thread_limiter()
    threads.total_tokens = max(threads.total_tokens, settings.concurrency)
    logger.info(
        "Worker %s runs up to %d tasks at a time. If it dies, other workers start its tasks again"
        " after %g to %g s. On SIGTERM, it waits up to %g s for running tasks to finish.",
        worker.name,
        settings.concurrency,
        settings.redelivery_timeout,
        # It sweeps each quarter of that time, give or take a quarter of the quarter.
        settings.redelivery_timeout * 1.32,
        settings.graceful_timeout,
    )
    running = asyncio.ensure_future(worker.run_forever())
    with _signals() as (stop, hurry):
        await first(running, stop)
        if not running.done() and not await finish(running, settings.graceful_timeout, hurry):
            in_threads = threads.borrowed_tokens
            await cut_short(running)
            if in_threads or not running.done():  # Python would wait for them, without a limit
                logger.error("Some running tasks cannot be interrupted. The process ends anyway.")
                logging.shutdown()
                os._exit(1)
    if not running.cancelled():
        running.result()


async def finish(
    running: asyncio.Future[None], seconds: float, hurry: asyncio.Event | None = None
) -> bool:
    """Make a worker stop taking tasks, and wait for its running tasks.

    Args:
        running: The worker's `run_forever`.
        seconds: How long it may take.
        hurry: Set when it is to take no longer.

    Returns:
        Whether they have ended.
    """
    running.cancel()
    await first(running, hurry or asyncio.Event(), seconds)
    return running.done()


async def cut_short(running: asyncio.Future[None]) -> None:
    """Cancel the tasks that a worker still runs; Docket leaves them for others.

    Args:
        running: The worker's `run_forever`, which is finishing.
    """
    logger.warning(
        "Some tasks are still running. They are cancelled, and will run again in another worker."
    )
    running.cancel()
    await asyncio.wait([running], timeout=LAST_WORD)


async def first(
    running: asyncio.Future[None], event: asyncio.Event, seconds: float | None = None
) -> None:
    """Wait until a task has ended or an event is set.

    Args:
        running: The task.
        event: The event.
        seconds: How long to wait at most.
    """
    waiting: asyncio.Future[Any] = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait([running, waiting], timeout=seconds, return_when="FIRST_COMPLETED")
    finally:
        waiting.cancel()


@contextlib.contextmanager
def _signals() -> Generator[tuple[asyncio.Event, asyncio.Event]]:
    """Turn the first signal to end into one event, and the second into another."""
    stop, hurry = asyncio.Event(), asyncio.Event()

    def take() -> None:
        (hurry if stop.is_set() else stop).set()

    loop = asyncio.get_running_loop()
    handled: list[signal.Signals] = []
    # Windows has no handlers in its loop, and only the main thread may set any.
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, take)
            handled.append(number)
    try:
        yield stop, hurry
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
