"""Redelivery by Redis: our tasks go to a second worker only after the first one has died."""

from __future__ import annotations

import functools
import logging
import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

from celery import bootsteps
from celery.concurrency import solo
from kombu.transport.virtual import QoS
from typing_extensions import override

from typed_bg.celery.app import check_server, warn_about

if TYPE_CHECKING:
    from collections.abc import Callable

logger: logging.Logger = logging.getLogger("typed_bg.celery")

TASK_NAME = "typed_bg.execute"
DELIVERIES = "typed_bg_deliveries"  # header: how often a task was delivered again
KEEP_COUNT = 24 * 3600  # seconds
RENEWALS = 3  # within the time that a lease runs, so that one of them may fail
RESTART = 30.0  # seconds that a worker waits for Redis to be back


class RenewLeases(bootsteps.StartStopStep):
    """A step of the worker's consumer that renews what the worker holds of our tasks.

    Celery's Redis transport redelivers what is not acknowledged within `visibility_timeout`,
    whether its worker is dead or just not done: if that is short enough to recover from a crash, a
    longer task, one that waits for its time and one that waits for a free process all run twice. So
    the worker moves on the time at which it was given each of our messages. A worker that dies, or
    stands still, does so no more.
    """

    # The stubs give the metaclass a `requires` of another type.
    requires: tuple[type[bootsteps.Step] | str, ...] = (  # pyright: ignore[reportIncompatibleVariableOverride]
        "celery.worker.consumer.tasks:Tasks",
    )
    name: ClassVar[str | None] = "typed_bg.RenewLeases"

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
            check_server(parent.connection.as_uri(include_password=True), client)
        self._interval = self._channel.visibility_timeout / RENEWALS
        if isinstance(parent.pool, solo.TaskPool):
            self._start_thread()  # tasks run in the thread of the timer
        else:
            self._timer = parent.timer.call_repeatedly(self._interval, self._renew)

    @override
    def stop(self, parent: Any) -> None:
        """Keep renewing for the tasks that still run, after the worker's timer has stopped.

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
    """Record that a channel's unacknowledged messages of ours were delivered just now.

    Args:
        channel: A channel of kombu's Redis transport.
        records: The messages that Redis did not record.
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
        logger.warning(
            "Running tasks may be started again, because Redis cannot be updated: %s", error
        )


class Records:
    """Records, in a channel's Redis, our messages that were delivered to this worker.

    Kombu takes a message off its queue, and only then records that this worker has it, for others
    to find when it dies. Redis at its `maxmemory` lets it do the first and refuses the second, at
    which kombu forgets the message. So here the worker keeps such a message and runs it, and the
    record is made up for as soon as there is room. Until then it is lost if the worker is killed.
    Redis then refuses every transaction, too: what has ended is acknowledged without one.
    """

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._qos = channel.qos
        self._refusals: tuple[type[Exception], ...] = channel.connection.channel_errors
        self._breaks: tuple[type[Exception], ...] = channel.connection_errors
        self._unrecorded: dict[str, Any] = {}
        self._append, self._qos.append = self._qos.append, self.append
        self._ack, self._qos.ack = self._qos.ack, self.ack
        self._restore_by_tag, self._qos.restore_by_tag = (
            self._qos.restore_by_tag,
            self.restore_by_tag,
        )

    def append(self, message: Any, delivery_tag: str) -> None:
        """Record a message; keep one of ours if Redis rejects the record.

        If Redis ends now, only this worker has the message, so it waits until Redis is back.

        Args:
            message: A message of kombu's.
            delivery_tag: Its name in Redis.
        """
        if not is_ours(message):
            self._append(message, delivery_tag)
            return
        count = functools.cache(self._count_delivery)  # once, however often this is tried
        limit = time.monotonic() + RESTART
        while True:
            try:
                self._record(message, delivery_tag, count)
            except self._breaks as error:  # noqa: PERF203  # it waits anyway
                if time.monotonic() > limit:
                    logger.error(  # noqa: TRY400  # the trace tells nothing
                        "Task %s is lost, because Redis ended before it could record it: %s",
                        message.headers.get("shadow"),
                        error,
                    )
                    raise
                time.sleep(0.1)
            else:
                return

    def _record(self, message: Any, delivery_tag: str, count: Callable[[str], int]) -> None:
        try:
            if message.delivery_info.get("redelivered"):
                message.headers[DELIVERIES] = count(message.headers["id"])
            self._append(message, delivery_tag)
        except self._refusals as error:
            logger.warning("A running task is lost if this worker dies. Redis reports: %s", error)
            QoS.append(self._qos, message, delivery_tag)
            self._unrecorded[delivery_tag] = message

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge a message.

        Args:
            delivery_tag: Its name in Redis.
        """
        if self._unrecorded.pop(delivery_tag, None) is not None:
            QoS.ack(self._qos, delivery_tag)
            return
        try:
            self._ack(delivery_tag)
        except self._refusals:
            with self._channel.conn_or_acquire() as client:
                client.zrem(self._channel.unacked_index_key, delivery_tag)
                client.hdel(self._channel.unacked_key, delivery_tag)
            QoS.ack(self._qos, delivery_tag)

    def _count_delivery(self, task_id: str) -> int:
        counter = f"typed_bg.deliveries:{task_id}"
        with self._channel.conn_or_acquire() as client:
            again = int(client.incr(counter))
            client.expire(counter, KEEP_COUNT)
        return again

    def make_up(self) -> None:
        """Record the messages that Redis rejected and whose tasks still run.

        Raises:
            Exception: One of the channel's errors: Redis still refuses, or cannot be reached.
        """
        for tag, message in self._unrecorded.copy().items():
            if tag in self._qos._delivered and tag not in self._qos._dirty:  # noqa: SLF001  # they have no public names
                self._append(message, tag)
            self._unrecorded.pop(tag, None)

    def restore_by_tag(self, tag: str, client: Any = None, *, leftmost: bool = False) -> None:
        """Put a message back into its queue, and create its record if it has none.

        Args:
            tag: Its name in Redis.
            client: A client of redis-py's.
            leftmost: Whether it is to be taken last.
        """
        if (message := self._unrecorded.pop(tag, None)) is not None:
            try:
                self._append(message, tag)
            except self._refusals as error:
                logger.error(  # noqa: TRY400  # the trace tells nothing
                    "Task %s is lost, because Redis could neither record nor requeue it: %s",
                    message.headers.get("shadow"),
                    error,
                )
                return
        self._restore_by_tag(tag, client=client, leftmost=leftmost)


def is_ours(message: Any) -> bool:
    """Return whether a message is a task that came through here.

    Args:
        message: A message of kombu's.
    """
    return bool(message.headers) and message.headers.get("task") == TASK_NAME
