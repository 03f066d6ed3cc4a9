"""Send messages to a broker from async code, with a limited number of threads."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
import anyio.from_thread
import anyio.to_thread
from anyio.lowlevel import RunVar
from kombu.pools import ProducerPool

if TYPE_CHECKING:
    import celery

Stopped = Callable[[], bool]


class Threads:
    """Threads that are left to themselves when nobody waits for them any more, and yet limited."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._of_loop: RunVar[anyio.CapacityLimiter] = RunVar(f"typed_bg.celery {id(self)}")

    async def run(self, work: Callable[[Stopped], None]) -> None:
        """Run blocking work in a thread; once this is cancelled, it returns at once.

        Args:
            work: Gets a function that tells whether it is to stop, since nobody waits any more.
        """
        # anyio gives a thread's place to the next one when it is abandoned, not when it has ended.
        limiter, place = self._limiter(), object()
        await limiter.acquire_on_behalf_of(place)
        stopped = threading.Event()
        to_return = threading.Lock()  # taken by the one who returns the place: thread or caller

        def run() -> None:
            if not to_return.acquire(blocking=False):
                return
            try:
                work(stopped.is_set)
            finally:
                with contextlib.suppress(RuntimeError):  # the event loop has ended meanwhile
                    anyio.from_thread.run_sync(limiter.release_on_behalf_of, place)

        try:
            await anyio.to_thread.run_sync(
                run, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1)
            )
        finally:
            stopped.set()
            if to_return.acquire(blocking=False):
                limiter.release_on_behalf_of(place)

    def _limiter(self) -> anyio.CapacityLimiter:
        """Return the event loop's own: a test client has a new loop for each request."""
        try:
            return self._of_loop.get()
        except LookupError:
            limiter = anyio.CapacityLimiter(self._limit)
            self._of_loop.set(limiter)
            return limiter


class Producers:
    """Connections for sending tasks, separate from the app's own: these give up soon."""

    def __init__(self, app: celery.Celery, limit: int, patience: float) -> None:
        self._app = app
        self._limit = limit
        self._patience = patience
        self._lock = threading.Lock()
        self._process = 0
        self._pool: Any = None

    def acquire(self) -> contextlib.AbstractContextManager[Any]:
        """Return a producer of kombu's for one request."""
        with self._lock:
            if self._process != os.getpid():  # sockets are not to be shared with a forked process
                self._process = os.getpid()
                self._pool = self._make_pool()
        acquired: contextlib.AbstractContextManager[Any] = self._pool.acquire(
            block=True, timeout=self._patience
        )
        return acquired

    def close(self) -> None:
        """Close the connections; the next one that is asked for is a new one."""
        with self._lock:
            pool, self._pool, process, self._process = self._pool, None, self._process, 0
        if pool is not None and process == os.getpid():
            pool.force_close_all()
            pool.connections.force_close_all()

    def _make_pool(self) -> Any:
        connection = self._app.connection_for_write(
            transport_options={
                "max_retries": 0,
                "socket_timeout": self._patience,
                "socket_connect_timeout": self._patience,
            },
            connect_timeout=self._patience,
        )
        return ProducerPool(connection.Pool(limit=self._limit), limit=self._limit)
