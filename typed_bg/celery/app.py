"""Make a Celery app for our tasks, and warn about settings of an existing app."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import celery
from kombu.exceptions import KombuError

from typed_bg.engines import redis_checks
from typed_bg.engines.redis_checks import ServerCheck

if TYPE_CHECKING:
    from collections.abc import Iterator

logger: logging.Logger = logging.getLogger("typed_bg.celery")

HARM = "can make the workers run any task that they accept"
VISIBILITY_TIMEOUT = 3600  # seconds, unless set: that of kombu's Redis transport
MUTEX_EXPIRE = 300  # seconds, unless set: that of kombu's Redis transport
LONG = 300.0  # seconds that a task whose worker died may wait without a warning
MEMORY = "memory://"
REDIS = ("redis://", "rediss://", "redis+socket://", "sentinel://")


def make_app(broker: str, *, redelivery_timeout: float) -> celery.Celery:
    """Make an app for tasks of ours alone.

    Its queue and the names of what it keeps in Redis are its own, so that it can share a database
    with another app, whose workers would drop what they do not know and give back by other times.

    Args:
        broker: The broker's URL.
        redelivery_timeout: Seconds after which the tasks of a worker that died run in another.

    Returns:
        The app.
    """
    interval = max(1.0, redelivery_timeout / 5)
    app = celery.Celery("typed_bg", broker=broker, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_serializer="json",
        result_extended=True,  # so that a failure is kept with its payload
        task_default_queue="typed_bg",
        broker_connection_retry_on_startup=True,
    )
    if broker.startswith(MEMORY):
        app.conf.update(
            broker_url="memory://localhost//",  # without a host, kombu warns
            task_default_queue=f"typed_bg.{id(app)}",  # as all apps of a process share its memory
            broker_transport_options={"polling_interval": 0.01},
        )
    elif broker.startswith(REDIS):
        app.conf.update(
            result_backend=broker,
            broker_channel_error_retry=True,  # without it, a worker ends when Redis is full
            broker_transport_options={
                "visibility_timeout": redelivery_timeout,
                "unacked_restore_interval": interval,
                # Otherwise, a worker killed while it holds the lock stops all the others for 300 s.
                "unacked_mutex_expire": interval,
                "unacked_restore_throttle": 1,
                "unacked_key": "typed_bg.unacked",
                "unacked_index_key": "typed_bg.unacked_index",
                "unacked_mutex_key": "typed_bg.unacked_mutex",
            },
        )
    return app


def warn_about(app: celery.Celery) -> None:
    """Log the effects of an app's settings on our tasks, each with its fix.

    Args:
        app: An app.
    """
    for warning in _warnings(app.conf):
        logger.warning("%s", warning)


def is_redis(app: celery.Celery) -> bool:
    """Return whether an app's broker is Redis.

    Args:
        app: An app.
    """
    return _uses_redis(app.conf)


def _uses_redis(settings: Any) -> bool:
    url = settings.broker_write_url or settings.broker_url or ""
    return str(url).startswith(REDIS)


def _warnings(settings: Any) -> Iterator[str]:
    if not {"json", "application/json"} & set(settings.accept_content):
        yield (
            f"The workers of this Celery app accept only {', '.join(settings.accept_content)}, and"
            " drop tasks of typed_bg, which are JSON. Add 'json' to accept_content."
        )
    options: dict[str, Any] = settings.broker_transport_options or {}
    timeout = options.get("visibility_timeout", VISIBILITY_TIMEOUT)
    lock = options.get("unacked_mutex_expire", MUTEX_EXPIRE)
    if _uses_redis(settings) and timeout <= LONG and lock > timeout:
        yield (
            f"If a worker is killed while it searches for tasks of dead workers, other workers"
            f" cannot search until {lock:g} s later, although visibility_timeout is {timeout:g} s."
            f" Set broker_transport_options={{'unacked_mutex_expire': {min(10, timeout):g}, ...}}."
        )
    if _uses_redis(settings) and timeout > LONG:
        yield (
            f"If a worker dies, it takes up to {timeout:g} s until another worker gets its tasks."
            " Set broker_transport_options={'visibility_timeout': 60, 'unacked_restore_interval':"
            " 10, 'unacked_restore_throttle': 1, 'unacked_mutex_expire': 10}. But if the app has"
            " other tasks that take longer than that and are acknowledged late or delayed, Celery"
            " would run them twice. In this case, use CeleryEngine(broker=...) instead, which has"
            " its own app and workers."
        )


def check_server(url: str, client: Any) -> None:
    """Log risks to tasks in the Redis that a worker is connected to.

    Args:
        url: Its URL.
        client: A client of redis-py's.
    """
    check = _server_check(url)
    check.check_exposure()
    with check.attempt():
        check.evaluate(client.info("persistence"), client.info("memory"))


class BrokerCheck:
    """Queries the settings of an app's Redis in a thread, until it answers."""

    def __init__(self, app: celery.Celery) -> None:
        self._app = app
        self._ended = threading.Event()
        with self._connection() as connection:
            self._check = _server_check(connection.as_uri(include_password=True))
        threading.Thread(target=self._run, name="typed_bg check", daemon=True).start()

    def end(self) -> None:
        """Stop querying, and stop reporting a server that does not answer."""
        self._check.done = True
        self._ended.set()

    def _run(self) -> None:
        self._check.check_exposure()
        while not self._check.done:
            with self._check.attempt(), self._connection() as connection:
                channel: Any = connection.default_channel
                with channel.conn_or_acquire() as client:
                    self._check.evaluate(client.info("persistence"), client.info("memory"))
            if not self._check.done:
                self._ended.wait(redis_checks.PATIENCE)

    def _connection(self) -> Any:
        return self._app.connection_for_write(
            transport_options={
                "max_retries": 0,
                "socket_timeout": redis_checks.PATIENCE,
                "socket_connect_timeout": redis_checks.PATIENCE,
            },
        )


def _server_check(url: str) -> ServerCheck:
    first = url.partition(";")[0]  # of several sentinels
    return ServerCheck(first, logger, harm=HARM, errors=(KombuError,))
