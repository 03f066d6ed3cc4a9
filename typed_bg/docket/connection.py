"""A docket that is open in one event loop."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import anyio
from docket import Docket, Worker
from redis.exceptions import AuthenticationError, OutOfMemoryError
from redis.exceptions import ConnectionError as RedisConnectionError
from typing_extensions import override

from typed_bg.docket.task import run_call
from typed_bg.docket.worker import WorkerSettings, cut_short, finish, first
from typed_bg.engines import redis_checks
from typed_bg.engines.redis_checks import ServerCheck, reason, shown

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from typed_bg.engines import TaskCall

logger: logging.Logger = logging.getLogger("typed_bg.docket")

HARM = "can run code in the workers"  # as Docket unpickles what it finds
CLOSING = 5  # seconds that a server has for hearing good-bye
EMBEDDED = WorkerSettings(
    concurrency=50, check_interval=0.01, redelivery_timeout=60, graceful_timeout=30
)


class OpenDocket:
    """A docket that is kept open, with its worker if that runs in this process.

    One asyncio task enters and leaves them, as their context variables want it; when its loop ends
    without a word, that task is cancelled with the others, and leaves them too.
    """

    def __init__(
        self,
        docket: AtomicDocket,
        *,
        max_concurrent_submits: int,
        worker: Callable[[Docket], Worker] | None,
    ) -> None:
        self._docket = docket
        self._make_worker = worker
        self._working: asyncio.Future[None] | None = None
        self._slots = asyncio.Semaphore(
            max_concurrent_submits
        )  # redis-py raises if its pool is empty
        self._entered, self._leave = asyncio.Event(), asyncio.Event()
        self._holding = asyncio.ensure_future(self._hold())

    async def accept(self, calls: Sequence[TaskCall]) -> None:
        """Add all calls, or none if it fails.

        Args:
            calls: The tasks of one request, in order.

        Raises:
            RedisError: The server rejected them, or could not be reached.
            OSError: The docket or the worker in this process has ended.
        """
        if not self._entered.is_set():
            await first(self._holding, self._entered)
        for task in (self._holding, self._working):
            if task is not None and task.done():
                message = "the connection or the worker in this process has ended"
                raise OSError(message) from task.exception()
        async with self._slots:
            await self._docket.accept(calls)

    async def close(self) -> None:
        """Leave the docket within a time limit; a worker in this process finishes its due tasks."""
        self._leave.set()
        limit = CLOSING if self._make_worker is None else CLOSING + 2 * EMBEDDED.graceful_timeout
        _, late = await asyncio.wait([self._holding], timeout=limit)
        if late:
            logger.warning("Redis did not answer within %d s while this process shut down", limit)
            self._holding.cancel()

    async def _wait_to_leave(self) -> None:
        try:
            await self._leave.wait()
        except asyncio.CancelledError:
            if left := await self._docket.count_left():
                logger.error(  # noqa: TRY400  # the trace tells nothing
                    "%d tasks that memory:// accepted have not finished, because their event loop "
                    "has ended. With Starlette's TestClient, write `with TestClient(app) as "
                    "client:`, so that one event loop serves all requests.",
                    left,
                )
            raise

    async def _hold(self) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._docket)
            if self._make_worker is None:
                checking = asyncio.ensure_future(check_server(self._docket))
                stack.callback(checking.cancel)
                self._entered.set()
                await self._leave.wait()
            else:
                worker = await stack.enter_async_context(self._make_worker(self._docket))
                self._working = asyncio.ensure_future(worker.run_forever())
                self._entered.set()
                try:
                    await self._wait_to_leave()
                    emptied = asyncio.ensure_future(self._docket.emptied())
                    stack.callback(emptied.cancel)
                    await asyncio.wait(
                        [emptied, self._working],
                        timeout=EMBEDDED.graceful_timeout,
                        return_when="FIRST_COMPLETED",
                    )
                finally:
                    if not await finish(self._working, EMBEDDED.graceful_timeout):
                        await cut_short(self._working)


class AtomicDocket(Docket):
    """A docket that accepts several calls in one transaction."""

    async def accept(self, calls: Sequence[TaskCall]) -> None:
        """Add all calls, or none if it fails.

        Raises:
            RedisError: The server rejected them, or could not be reached.
        """
        try:
            await self._add(calls)
        except RedisConnectionError:
            # A server that was started again has closed the idle connections of the pool, and
            # redis-py returns them nevertheless.
            async with self.redis() as redis:
                await redis.connection_pool.disconnect(inuse_connections=False)
            await self._add(calls)

    async def _add(self, calls: Sequence[TaskCall]) -> None:
        now = datetime.now(timezone.utc)
        for call in calls:  # Docket wants names registered; the worker goes by the payload
            self.tasks[call.name] = run_call
        if len(calls) == 1:  # one round trip instead of two
            (call,) = calls
            await self.add(call.name, _when(call, now), _key(call))(call.payload)
            return
        added = await self.add_many(
            [self.call(call.name, _when(call, now), _key(call))(call.payload) for call in calls],
            chunk_size=None,
        )
        for execution in added:
            if execution.schedule_exception is not None:
                raise execution.schedule_exception

    async def count_left(self) -> int:
        """Return how many calls have not ended."""
        async with self.redis() as redis:
            return int(await redis.xlen(self.stream_key)) + int(await redis.zcard(self.queue_key))

    async def emptied(self) -> None:
        """Wait until all due calls have ended."""
        async with self.redis() as redis:
            while await redis.xlen(self.stream_key):  # noqa: ASYNC110  # Redis sets no event
                await asyncio.sleep(EMBEDDED.check_interval)

    @asynccontextmanager
    @override
    async def redis(self) -> AsyncGenerator[Any, None]:
        async with super().redis() as client:
            yield client if self.url.startswith("memory://") else _Transactions(client)


class _Transactions:
    """A client whose pipelines are always transactions, even if Docket does not request it."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def pipeline(self, *, transaction: bool = True) -> Any:  # noqa: ARG002
        return self._client.pipeline(transaction=True)


def _when(call: TaskCall, now: datetime) -> datetime:
    return now + timedelta(seconds=call.options.delay)


def _key(call: TaskCall) -> str:
    # Docket has one room for all keys: with the name, two targets may use the same one.
    return call.id if call.options.key is None else f"{call.name}:{call.options.key}"


async def check_server(docket: Docket) -> None:
    """Query the server's settings, retrying until it answers, and log risks to tasks."""
    if docket.url.startswith("memory://"):
        return
    check = ServerCheck(docket.url, logger, harm=HARM)
    await asyncio.to_thread(check.check_exposure)
    while not check.done:
        with check.attempt(), anyio.fail_after(redis_checks.PATIENCE):
            async with docket.redis() as redis:
                check.evaluate(await redis.info("persistence"), await redis.info("memory"))
        if not check.done:
            await asyncio.sleep(redis_checks.PATIENCE)


def rejection(url: str, error: Exception) -> str:
    """Describe why a server does not accept tasks, and the likely fix."""
    fix = ""
    if isinstance(error, OutOfMemoryError):
        fix = ": it is full; start more workers, or raise its maxmemory"
    elif isinstance(error, AuthenticationError):
        fix = "; are the user and password in its URL correct?"
    elif isinstance(error, RedisConnectionError | OSError):
        fix = "; is it running there?"
    return f"{shown(url)} does not accept tasks: {reason(error)}{fix}"


def with_connections(url: str, connections: int) -> str:
    """Add `max_connections` to a server's URL, unless it already has that option.

    redis-py's own limit is 100, and it raises if more are needed at a time.
    """
    parts = urlsplit(url)
    if parts.scheme == "memory" or "max_connections" in dict(parse_qsl(parts.query)):
        return url
    return f"{url}{'&' if parts.query else '?'}max_connections={connections}"
