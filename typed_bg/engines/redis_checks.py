"""Risks to tasks in the settings of a Redis server, and their fixes, for every engine."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from redis.exceptions import RedisError, ResponseError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from logging import Logger

LOCAL = ("unix", "redis+socket")  # redis-py's and kombu's schemes for a socket in the file system
PATIENCE = 10.0  # seconds for an answer, and until the next attempt if the server is down


class ServerCheck:
    """Queries a Redis server's settings, retrying until it answers, and logs risks to tasks.

    The engine connects and waits:

    ```python
    while not check.done:
        with check.attempt():
            check.evaluate(client.info("persistence"), client.info("memory"))
        time.sleep(PATIENCE)
    ```

    Attributes:
        done: Whether no further query is needed.
    """

    def __init__(
        self, url: str, logger: Logger, *, harm: str, errors: tuple[type[Exception], ...] = ()
    ) -> None:
        """Make a check.

        Args:
            url: The URL of the server.
            logger: Where warnings go.
            harm: What anyone who can write to the server can do, starting with "can".
            errors: What connecting raises besides redis-py's errors.
        """
        self.done: bool = False
        self._url = url
        self._logger = logger
        self._harm = harm
        self._errors: tuple[type[Exception], ...] = (RedisError, OSError, *errors)
        self._reported = False

    def check_exposure(self) -> None:
        """Log how the server can be misused; this does a DNS lookup, which may block."""
        private = is_private(urlsplit(self._url).hostname)
        self._warn(exposures(self._url, private=private, harm=self._harm))

    @contextlib.contextmanager
    def attempt(self) -> Generator[None]:
        """Handle one query's errors: log once if the server is unreachable, unless `done`."""
        try:
            yield
        except ResponseError as error:
            self._logger.warning("%s", unanswered(error))
            self.done = True
        except self._errors as error:
            if not self._reported and not self.done:
                self._logger.warning("%s", unreachable(self._url, error))
            self._reported = True

    def evaluate(self, persistence: Mapping[str, Any], memory: Mapping[str, Any]) -> None:
        """Log how the server can lose tasks.

        Args:
            persistence: Its answer to `INFO persistence`.
            memory: Its answer to `INFO memory`.
        """
        self._warn(losses(persistence, memory))
        self.done = True

    def _warn(self, warnings: Iterator[str]) -> None:
        for warning in warnings:
            self._logger.warning("%s", warning)


def reason(error: Exception) -> str:
    """Return an error's text as part of a sentence."""
    return str(error).rstrip(".") or type(error).__name__


def shown(url: str) -> str:
    """Return a URL without its password and options, for logs."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"


def unreachable(url: str, error: Exception) -> str:
    """Describe a server that does not answer yet."""
    return (
        f"Redis at {shown(url)} cannot be reached yet: {reason(error)}."
        " Tasks cannot be sent until it is reachable."
    )


def unanswered(error: Exception) -> str:
    """Describe a server that does not report whether it persists its data."""
    return (
        f"Redis does not report whether it persists its data: {reason(error)}. Allow this"
        " connection's Redis user to run INFO, or check yourself that Redis has `appendonly yes`."
    )


def losses(persistence: Mapping[str, Any], memory: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ways in which a server can lose tasks, each with its fix.

    Args:
        persistence: Its answer to `INFO persistence`.
        memory: Its answer to `INFO memory`.
    """
    if not int(persistence.get("aof_enabled", 0)):
        yield (
            "Redis keeps no append-only file: accepted tasks are lost when it is killed."
            " Set `appendonly yes` in its configuration, or in your provider's settings."
        )
    policy = str(memory.get("maxmemory_policy", "noeviction"))
    if policy.startswith("allkeys"):
        yield (
            "When Redis is full, it silently evicts any key, including tasks (maxmemory-policy"
            f" {policy}). Set `maxmemory-policy noeviction`: it then rejects new tasks instead."
        )


def exposures(address: str, *, private: bool, harm: str) -> Iterator[str]:
    """Yield the ways in which a server can be misused, each with its fix.

    Args:
        address: The URL of a server.
        private: Whether it is in a private network.
        harm: What anyone who can write to it can do, starting with "can".
    """
    url = urlsplit(address)
    local = url.scheme in LOCAL or url.hostname is None or _is_loopback(url.hostname)
    if not local and not (url.username or url.password or "password" in url.query):
        yield (
            f"Redis at {url.hostname} is used without a password, and anyone who can write to it"
            f" {harm}. Set `requirepass` or an ACL user, and put the password in the URL."
        )
    if not private and not url.scheme.startswith("rediss"):
        yield (
            f"Redis at {url.hostname} is not in a private network, and the connection is not"
            f" encrypted: anyone who can change the traffic {harm}. Use rediss://."
        )


def is_private(host: str | None) -> bool:
    """Return whether all addresses of a host are private; the DNS lookup may block.

    Args:
        host: Its name; `None` is this machine. One without an address counts as private, since
            connecting to it fails anyway.
    """
    if host is None:
        return True
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return True
    return all(ipaddress.ip_address(address[0]).is_private for *_, address in found)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
