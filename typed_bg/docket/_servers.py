"""What is wrong with a Redis that is to keep tasks: said in the log, each with its remedy."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import anyio
from redis.exceptions import (
    AuthenticationError,
    OutOfMemoryError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docket import Docket

logger = logging.getLogger("typed_bg.docket")

PATIENCE = 10  # seconds that the server has for answering what it is like


async def warn_about(docket: Docket) -> None:
    """Ask the server how it keeps its data, as soon as it answers, and log what endangers tasks.

    Args:
        docket: An open docket.
    """
    url = urlsplit(docket.url)
    if url.scheme == "memory":
        return
    for warning in _exposures(docket.url, private=await _is_private(url.hostname)):
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
            logger.warning(
                "Redis does not say whether it keeps its data: %s. Let the user of this connection"
                " run INFO, or make sure yourself that it has `appendonly yes`.",
                reason(error),
            )
            return
        except (RedisError, OSError) as error:
            if not said:
                logger.warning(
                    "Redis at %s cannot be reached yet: %s. Tasks cannot be handed over until it"
                    " can.",
                    shown(docket.url),
                    reason(error),
                )
            said = True
            await asyncio.sleep(PATIENCE)
    for warning in _losses(persistence, memory):
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


def reason(error: Exception) -> str:
    """Return an error's text as part of a sentence.

    Args:
        error: What went wrong.

    Returns:
        The text, or the name of its class where it has none.
    """
    return str(error).rstrip(".") or type(error).__name__


def shown(url: str) -> str:
    """Leave out of a URL what is not for the log.

    Args:
        url: The URL of a server.

    Returns:
        Scheme, hosts and path.
    """
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"


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


def _losses(persistence: Mapping[str, Any], memory: Mapping[str, Any]) -> Iterator[str]:
    if not int(persistence.get("aof_enabled", 0)):
        yield (
            "Redis keeps no append-only file: accepted tasks are lost when it is killed."
            " Set `appendonly yes`, in its configuration or at your provider."
        )
    policy = str(memory.get("maxmemory_policy", "noeviction"))
    if policy.startswith("allkeys"):
        yield (
            f"Redis evicts any key when it is full (maxmemory-policy {policy}), tasks too, in"
            " silence. Set `maxmemory-policy noeviction`: new tasks are then refused instead."
        )


def _exposures(address: str, *, private: bool) -> Iterator[str]:
    url = urlsplit(address)
    local = url.scheme == "unix" or url.hostname is None or _is_loopback(url.hostname)
    if not local and not (url.username or url.password or "password" in url.query):
        yield (
            f"Redis at {url.hostname} is used without a password, and who can write to it runs code"
            " in the workers. Set `requirepass` or an ACL user, and put it into the URL."
        )
    if not private and not url.scheme.startswith("rediss"):
        yield (
            f"Redis at {url.hostname} is not in a private network, and the connection is not"
            " encrypted: who changes it on its way runs code in the workers. Use rediss://."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _is_private(host: str | None) -> bool:
    if host is None:
        return True
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return True  # that it cannot be reached is what is said then
    return all(ipaddress.ip_address(address[0]).is_private for *_, address in found)
