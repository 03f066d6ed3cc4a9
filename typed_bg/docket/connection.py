"""A docket that is open in one event loop."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from docket import Docket, Worker
from redis.exceptions import ConnectionError as RedisConnectionError
from typing_extensions import override

from typed_bg.docket._servers import warn_about
from typed_bg.docket.task import run_call
from typed_bg.docket.worker import Pace, cut_short, finish, first

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from typed_bg.engines import TaskCall

logger = logging.getLogger("typed_bg.docket")

CLOSING = 5  # seconds that a server has for hearing good-bye
EMBEDDED = Pace(concurrency=50, check_interval=0.01, redelivery_timeout=60, graceful_timeout=30)


class OpenDocket:
    """A docket held open, with its worker where that runs in this process.

    One asyncio task enters and leaves them, as their context variables want it; when its loop ends
    without a word, that task is cancelled with the others, and leaves them too.
    """

    def __init__(
        self, docket: AtomicDocket, *, turns: int, worker: Callable[[Docket], Worker] | None
    ) -> None:
        self._docket = docket
        self._make_worker = worker
        self._working: asyncio.Future[None] | None = None
        self._turns = asyncio.Semaphore(turns)  # redis-py raises where its pool has none left
        self._entered, self._leave = asyncio.Event(), asyncio.Event()
        self._holding = asyncio.ensure_future(self._hold())

    async def accept(self, calls: Sequence[TaskCall]) -> None:
        """Add calls: all of them or, when it fails, none.

        Args:
            calls: The tasks of one request, in order.

        Raises:
            RedisError: The server refused them, or could not be reached.
            OSError: What was open in this process has ended.
        """
        if not self._entered.is_set():
            await first(self._holding, self._entered)
        for task in (self._holding, self._working):
            if task is not None and task.done():
                message = "what was open in this process has ended"
                raise OSError(message) from task.exception()
        async with self._turns:
            await self._docket.accept(calls)

    async def close(self) -> None:
        """Leave the docket, within limits; a worker in this process finishes what is due."""
        self._leave.set()
        limit = CLOSING if self._make_worker is None else CLOSING + 2 * EMBEDDED.graceful_timeout
        _, late = await asyncio.wait([self._holding], timeout=limit)
        if late:
            logger.warning("Redis did not hear within %d s that this process ends", limit)
            self._holding.cancel()

    async def _hold(self) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._docket)
            if self._make_worker is None:
                checking = asyncio.ensure_future(warn_about(self._docket))
                stack.callback(checking.cancel)
                self._entered.set()
                await self._leave.wait()
            else:
                worker = await stack.enter_async_context(self._make_worker(self._docket))
                self._working = asyncio.ensure_future(worker.run_forever())
                self._entered.set()
                try:
                    await self._leave.wait()
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
        """Add calls: all of them or, when it fails, none.

        Raises:
            RedisError: The server refused them, or could not be reached.
        """
        try:
            await self._add(calls)
        except RedisConnectionError:
            # A server that was started again has closed the idle connections of the pool, and
            # redis-py hands them out all the same.
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

    async def emptied(self) -> None:
        """Wait until no call is due that has not ended."""
        async with self.redis() as redis:
            while await redis.xlen(self.stream_key):  # noqa: ASYNC110  # Redis sets no event
                await asyncio.sleep(EMBEDDED.check_interval)

    @asynccontextmanager
    @override
    async def redis(self) -> AsyncGenerator[Any, None]:
        async with super().redis() as client:
            yield client if self.url.startswith("memory://") else _Transactions(client)


class _Transactions:
    """A client whose pipelines are transactions, also where Docket asks for one that is none."""

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
