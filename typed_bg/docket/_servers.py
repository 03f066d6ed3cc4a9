"""What is wrong with a Redis that is to keep tasks: said in the log, each with its remedy."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import anyio
from redis.exceptions import (
    AuthenticationError,
    OutOfMemoryError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from typed_bg.engines.redis_checks import (
    exposures,
    is_private,
    losses,
    reason,
    shown,
    unanswered,
    unreachable,
)

if TYPE_CHECKING:
    from docket import Docket

logger = logging.getLogger("typed_bg.docket")

HARM = "runs code in the workers"  # as Docket unpickles what it finds
PATIENCE = 10  # seconds that the server has for answering what it is like


async def warn_about(docket: Docket) -> None:
    """Ask the server how it keeps its data, as soon as it answers, and log what endangers tasks.

    Args:
        docket: An open docket.
    """
    url = urlsplit(docket.url)
    if url.scheme == "memory":
        return
    private = await asyncio.to_thread(is_private, url.hostname)
    for warning in exposures(docket.url, private=private, harm=HARM):
        logger.warning("%s", warning)
    said = False
    while True:
        try:
            with anyio.fail_after(PATIENCE):
                async with docket.redis() as redis:
                    persistence = await redis.info("persistence")
                    memory = await redis.info("memory")
            break
        except ResponseError as error:
            logger.warning("%s", unanswered(error))
            return
        except (RedisError, OSError) as error:
            if not said:
                logger.warning("%s", unreachable(docket.url, error))
            said = True
            await asyncio.sleep(PATIENCE)
    for warning in losses(persistence, memory):
        logger.warning("%s", warning)


def refusal(url: str, error: Exception) -> str:
    """Say why a server takes no tasks, and what to do.

    Args:
        url: The URL of a server.
        error: What went wrong.

    Returns:
        The fact, the cause, and the remedy where it can be told.
    """
    remedy = ""
    if isinstance(error, OutOfMemoryError):
        remedy = ": it is full; start more workers, or raise its maxmemory"
    elif isinstance(error, AuthenticationError):
        remedy = "; do user and password in its URL hold?"
    elif isinstance(error, RedisConnectionError | OSError):
        remedy = "; is it running there?"
    return f"{shown(url)} takes no tasks: {reason(error)}{remedy}"


def with_connections(url: str, connections: int) -> str:
    """Size the pool of connections, where the URL itself does not.

    redis-py's own size is 100, and it raises where more are asked for at a time.

    Args:
        url: The URL of a server.
        connections: How many may be open at a time.

    Returns:
        The URL with `max_connections`.
    """
    parts = urlsplit(url)
    if parts.scheme == "memory" or "max_connections" in dict(parse_qsl(parts.query)):
        return url
    return f"{url}{'&' if parts.query else '?'}max_connections={connections}"
