"""Messages that Redis, being full, does not let a worker record."""

from __future__ import annotations

import logging
from typing import Any

from kombu.transport.virtual import QoS

logger = logging.getLogger("typed_bg.celery")

TASK_NAME = "typed_bg.execute"


class Records:
    """What a channel's Redis is told of messages of ours that are given to this worker.

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
        self._unrecorded: dict[str, Any] = {}
        self._append, self._qos.append = self._qos.append, self.append
        self._ack, self._qos.ack = self._qos.ack, self.ack
        self._restore_by_tag, self._qos.restore_by_tag = (
            self._qos.restore_by_tag,
            self.restore_by_tag,
        )

    def append(self, message: Any, delivery_tag: str) -> None:
        """Record a message; keep one of ours whose record is refused.

        Args:
            message: A message of kombu's.
            delivery_tag: Its name in Redis.
        """
        try:
            self._append(message, delivery_tag)
        except self._refusals as error:
            if not is_ours(message):
                raise
            logger.warning("A task runs that is lost if this worker dies, as Redis says: %s", error)
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

    def make_up(self) -> None:
        """Record what was refused and still runs.

        Raises:
            Exception: One of the channel's errors: Redis still refuses, or cannot be reached.
        """
        for tag, message in self._unrecorded.copy().items():
            if tag in self._qos._delivered and tag not in self._qos._dirty:  # noqa: SLF001  # they have no public names
                self._append(message, tag)
            self._unrecorded.pop(tag, None)

    def restore_by_tag(self, tag: str, client: Any = None, *, leftmost: bool = False) -> None:
        """Put a message back into its queue, with its record made up for where it has none.

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
                    "Task %s is lost, as Redis takes it neither as running nor back: %s",
                    message.headers.get("shadow"),
                    error,
                )
                return
        self._restore_by_tag(tag, client=client, leftmost=leftmost)


def is_ours(message: Any) -> bool:
    """Tell whether a message is a task that came through here.

    Args:
        message: A message of kombu's.
    """
    return bool(message.headers) and message.headers.get("task") == TASK_NAME
