"""The engine that sends tasks to Docket."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from redis.exceptions import RedisError
from typing_extensions import Doc, Self

from typed_bg.docket.connection import (
    EMBEDDED,
    AtomicDocket,
    OpenDocket,
    check_server,
    rejection,
    with_connections,
)
from typed_bg.docket.worker import (
    OWN_CONNECTIONS,
    WorkerSettings,
    make_worker,
    work_until_stopped,
)
from typed_bg.engines import TaskOptions
from typed_bg.exceptions import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from docket import Docket, Worker

    from typed_bg.engines import TaskCall

SCHEMES = ("redis", "rediss", "redis+sentinel", "rediss+sentinel", "unix", "memory")


class DocketEngine:
    """Sends tasks to Docket workers through Redis.

    `memory://` needs no server: one worker runs in this process, and what it has not done is gone
    with it.

    Args:
        url: Where Redis is: `redis://`, `rediss://`, `unix://`, `redis+sentinel://`; `memory://`.
        name: The queue's name: web processes and workers share it.
        connections: How many connections to Redis a process may use at a time to send tasks.
        keep_finished: Seconds that Docket shows a finished task, with its payload.
        keep_failed: Seconds that Docket keeps a failed task, with its payload and error.
        max_deliveries: How often a task may start whose worker died each time; then it fails.
    """

    def __init__(  # noqa: PLR0913  # by keyword
        self,
        url: Annotated[
            str,
            Doc(
                """
                Where Redis is: `redis://`, `rediss://`, `unix://`, `redis+sentinel://`; `memory://`.
                """
            ),
        ],
        *,
        name: Annotated[
            str, Doc("The queue's name: web processes and workers share it.")
        ] = "typed_bg",
        connections: Annotated[
            int, Doc("How many connections to Redis a process may use at a time to send tasks.")
        ] = 32,
        keep_finished: Annotated[
            float, Doc("Seconds that Docket shows a finished task, with its payload.")
        ] = 60,
        keep_failed: Annotated[
            float, Doc("Seconds that Docket keeps a failed task, with its payload and error.")
        ] = 3 * 24 * 3600,
        max_deliveries: Annotated[
            int, Doc("How often a task may start whose worker died each time; then it fails.")
        ] = 5,
    ) -> None:
        scheme, separator, _ = url.partition("://")
        if not separator or scheme not in SCHEMES:
            message = (
                f"tasks cannot be sent to a {scheme}:// address; use one of {', '.join(SCHEMES)}"
            )
            raise ValueError(message)
        self.url = url
        self.name = name
        self._connections = connections
        self._keep_finished = timedelta(seconds=keep_finished)
        self._keep_failed = timedelta(seconds=keep_failed)
        self._max_deliveries = max_deliveries
        # One for each event loop: a test client has a new loop for each request.
        self._opened: dict[asyncio.AbstractEventLoop, OpenDocket] = {}

    @property
    def supports(self) -> frozenset[str]:
        """Every option of a task."""
        return frozenset(option.name for option in fields(TaskOptions))

    async def submit(self, calls: Sequence[TaskCall]) -> None:
        """Add all calls on the server, or none if it fails.

        Args:
            calls: The tasks of one request, in order.

        Raises:
            EngineUnavailable: The server cannot be reached, or refuses.
        """
        try:
            await self._open().accept(calls)
        except (RedisError, OSError) as error:
            raise EngineUnavailable(rejection(self.url, error)) from error

    async def work(
        self,
        *,
        concurrency: Annotated[int, Doc("Tasks that run at a time.")] = 50,
        check_interval: Annotated[
            float, Doc("Seconds after which a worker that is idle or full looks again.")
        ] = 0.02,
        redelivery_timeout: Annotated[
            float, Doc("Seconds after which the tasks of a worker that died run in another.")
        ] = 60,
        graceful_timeout: Annotated[
            float, Doc("Seconds that tasks may still run after SIGTERM or SIGINT.")
        ] = 30,
    ) -> None:
        """Run tasks until SIGTERM or SIGINT: what `typed-bg worker` does.

        A plain function runs in a thread, which nothing can interrupt: where one runs on after
        `graceful_timeout`, this ends the process, and its task runs again in another worker.

        Args:
            concurrency: Tasks that run at a time.
            check_interval: Seconds after which a worker that is idle or full looks again.
            redelivery_timeout: Seconds after which the tasks of a worker that died run in another.
            graceful_timeout: Seconds that tasks may still run after SIGTERM or SIGINT.

        Raises:
            ValueError: A time or number that cannot be worked with, or nothing to work on.
        """
        settings = WorkerSettings(concurrency, check_interval, redelivery_timeout, graceful_timeout)
        if self._embedded:
            message = "only the process that adds tasks to memory:// can run them"
            raise ValueError(message)
        async with self._docket(settings.concurrency + OWN_CONNECTIONS) as docket:
            checking = asyncio.ensure_future(check_server(docket))
            try:
                async with self._worker(docket, settings) as worker:
                    await work_until_stopped(worker, settings)
            finally:
                checking.cancel()

    async def __aenter__(self) -> Self:
        """Open at the app's startup; this neither fails nor waits when the server is down."""
        self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close at the app's shutdown; `memory://` finishes what it accepted, within a limit."""
        opened = self._opened.pop(asyncio.get_running_loop(), None)
        if opened is not None:
            await opened.close()

    @property
    def _embedded(self) -> bool:
        return self.url.startswith("memory://")

    def _docket(self, connections: int) -> AtomicDocket:
        return AtomicDocket(
            self.name, with_connections(self.url, connections), execution_ttl=self._keep_finished
        )

    def _open(self) -> OpenDocket:
        loop = asyncio.get_running_loop()
        if loop not in self._opened:
            for closed in [other for other in self._opened if other.is_closed()]:
                del self._opened[closed]
            self._opened[loop] = OpenDocket(
                self._docket(self._connections + OWN_CONNECTIONS),
                max_concurrent_submits=self._connections,
                worker=self._worker if self._embedded else None,
            )
        return self._opened[loop]

    def _worker(self, docket: Docket, settings: WorkerSettings = EMBEDDED) -> Worker:
        return make_worker(
            docket,
            settings,
            keep_failed=self._keep_failed,
            max_deliveries=self._max_deliveries,
        )
