"""What keeps Redis from giving our tasks to a second worker while the first one lives."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery import bootsteps
from celery.concurrency import solo
from typing_extensions import override

from typed_bg.celery._records import Records, is_ours
from typed_bg.celery._servers import warn_about_server
from typed_bg.celery.app import warn_about

logger = logging.getLogger("typed_bg.celery")

RENEWALS = 3  # within the time that a lease runs, so that one of them may fail


class RenewLeases(bootsteps.StartStopStep):
    """A step of the worker's consumer that renews what the worker holds of our tasks.

    Celery's Redis transport delivers anew what is not acknowledged within `visibility_timeout`,
    whether its worker is dead or just not done: if that is short enough to recover from a crash, a
    longer task, one that waits for its time and one that waits for a free process all run twice. So
    the worker moves on the time at which it was given each of our messages. A worker that dies, or
    stands still, does so no more.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)
    name = "typed_bg.RenewLeases"

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None
        self._ended = threading.Event()

    @override
    def start(self, parent: Any) -> None:
        """Renew from now on, at each start of the connection.

        Args:
            parent: The worker's consumer.
        """
        self._ended.set()  # of the thread for an earlier connection
        warn_about(parent.app)
        if parent.connection.transport.driver_type != "redis":
            return  # such as RabbitMQ, which keeps a message while its connection lives
        self._channel = parent.task_consumer.channel
        self._records = Records(self._channel)
        with self._channel.conn_or_acquire() as client:
            warn_about_server(parent.connection.as_uri(include_password=True), client)
        self._interval = self._channel.visibility_timeout / RENEWALS
        if isinstance(parent.pool, solo.TaskPool):
            self._start_thread()  # tasks run in the thread of the timer
        else:
            self._timer = parent.timer.call_repeatedly(self._interval, self._renew)

    @override
    def stop(self, parent: Any) -> None:
        """Go on for the tasks that still run, now that the worker's timer stands still.

        Only now in a thread: before, it would be there when the worker forks.

        Args:
            parent: The worker's consumer.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._start_thread()

    def _start_thread(self) -> None:
        self._ended = ended = threading.Event()

        def keep_renewing() -> None:
            while not ended.wait(self._interval):
                self._renew()

        threading.Thread(target=keep_renewing, name="typed_bg leases", daemon=True).start()

    def _renew(self) -> None:
        renew(self._channel, self._records)


def renew(channel: Any, records: Records) -> None:
    """Say that a channel's unacknowledged messages of ours were delivered just now.

    Args:
        channel: A channel of kombu's Redis transport.
        records: Those that Redis refused to record.
    """
    held: dict[str, Any] = channel.qos._delivered  # noqa: SLF001  # it has no public name
    now = time.time()
    times = {tag: now for tag, message in held.copy().items() if is_ours(message)}
    if not times:
        return
    try:
        records.make_up()
        with channel.conn_or_acquire() as client:
            client.zadd(channel.unacked_index_key, times, xx=True)  # xx: not those just finished
    except (*channel.connection_errors, *channel.connection.channel_errors) as error:
        logger.warning("Tasks that run may be started twice, as Redis was not told of: %s", error)
