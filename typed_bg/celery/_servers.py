"""What is wrong with the Redis that an app has as its broker: said in the log."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kombu.exceptions import KombuError
from redis.exceptions import RedisError, ResponseError

from typed_bg.engines.redis_checks import exposures, is_private, losses, unanswered, unreachable

if TYPE_CHECKING:
    import celery

logger = logging.getLogger("typed_bg.celery")

HARM = "has the workers run what tasks they like"
PATIENCE = 10.0  # seconds for an answer, and until a server that is down is asked again


def warn_about_server(url: str, client: Any) -> None:
    """Log by what a Redis endangers tasks.

    Args:
        url: Its URL.
        client: A client of redis-py's that is connected to it.
    """
    url = url.partition(";")[0]  # of several sentinels
    for warning in exposures(url, private=is_private(urlsplit(url).hostname), harm=HARM):
        logger.warning("%s", warning)
    try:
        found = list(losses(client.info("persistence"), client.info("memory")))
    except ResponseError as error:
        found = [unanswered(error)]
    for warning in found:
        logger.warning("%s", warning)


class Check:
    """Asks the broker of an app, in a thread, as soon as it answers."""

    def __init__(self, app: celery.Celery) -> None:
        self._app = app
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="typed_bg check", daemon=True).start()

    def end(self) -> None:
        """Ask no more, and say no more of a server that does not answer."""
        self._ended.set()

    def _run(self) -> None:
        said = False
        while True:
            with self._app.connection_for_write(
                transport_options={
                    "max_retries": 0,
                    "socket_timeout": PATIENCE,
                    "socket_connect_timeout": PATIENCE,
                },
            ) as connection:
                url: str = connection.as_uri(include_password=True)
                try:
                    channel: Any = connection.default_channel
                    with channel.conn_or_acquire() as client:
                        warn_about_server(url, client)
                except (RedisError, KombuError, OSError) as error:
                    if not said and not self._ended.is_set():
                        logger.warning("%s", unreachable(url, error))
                    said = True
                else:
                    return
            if self._ended.wait(PATIENCE):
                return
