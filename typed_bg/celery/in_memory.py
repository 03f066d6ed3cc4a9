"""A worker in the process that adds the tasks, for tests and for a first try: `memory://`."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from celery.concurrency import thread
from celery.worker import WorkController
from typing_extensions import override

if TYPE_CHECKING:
    import celery

THREADS = 8  # tasks at a time
TO_START = 10.0  # seconds
TO_FINISH = 10.0  # seconds that accepted tasks have when the app stops
GLANCE = 0.01  # seconds between two looks
GLANCES = 2  # that must see nothing: a message on its way is not seen by the first


class Embedded:
    """A worker of Celery's in a thread of this process, with a broker in its memory.

    Started once, it works until the process ends, since Celery takes two seconds to stop one.
    """

    def __init__(self, app: celery.Celery) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def start(self) -> None:
        """Start the worker, where it does not run yet.

        Raises:
            RuntimeError: It did not start.
        """
        with self._lock:
            if self._worker is not None:
                return
            worker = _Worker(
                app=self._app,
                hostname="embedded@typed_bg",
                pool_cls=_pool_of(self._app),
                concurrency=THREADS,
                without_gossip=True,
                without_heartbeat=True,
                without_mingle=True,
            )
            threading.Thread(target=worker.start, name="typed_bg worker", daemon=True).start()
            if not worker.ready.wait(TO_START):
                msg = f"the embedded worker has not started within {TO_START} s; see Celery's log"
                raise RuntimeError(msg)
            self._worker = worker

    def finish(self) -> None:
        """Wait until the worker has nothing left to do, within a limit."""
        if self._worker is None:
            return
        limit = time.monotonic() + TO_FINISH
        idle = 0
        while idle < GLANCES and time.monotonic() < limit:
            idle = 0 if self._worker.is_busy() else idle + 1
            time.sleep(GLANCE)


class _Worker(WorkController):
    def __init__(self, **options: Any) -> None:
        self.ready = threading.Event()
        super().__init__(**options)

    @override
    def on_consumer_ready(self, consumer: Any) -> None:
        self._consumer = consumer
        self.ready.set()

    def is_busy(self) -> bool:
        """Return whether messages are queued, are delayed or are being processed."""
        channel = self._consumer.task_consumer.channel
        qos = channel.qos
        held = len(qos._delivered) - len(qos._dirty)  # noqa: SLF001  # they have no public names
        queued = (channel._size(queue.name) for queue in self._consumer.task_consumer.queues)  # noqa: SLF001
        return held > 0 or any(queued)


def _pool_of(app: celery.Celery) -> type[thread.TaskPool]:
    class Pool(thread.TaskPool):
        """Threads for which this is the current app, where Celery looks for its tasks."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.executor = ThreadPoolExecutor(self.limit, initializer=app.set_current)

    return Pool
