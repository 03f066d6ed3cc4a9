"""What is wrong with a Redis that is to keep tasks, whichever engine uses it, and the remedies."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOCAL = ("unix", "redis+socket")  # as redis-py and kombu call a socket in the file system


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


def unreachable(url: str, error: Exception) -> str:
    """Say that a server does not answer yet.

    Args:
        url: The URL of a server.
        error: What went wrong.

    Returns:
        The fact, and what it means.
    """
    return (
        f"Redis at {shown(url)} cannot be reached yet: {reason(error)}."
        " Tasks cannot be handed over until it can."
    )


def unanswered(error: Exception) -> str:
    """Say that a server does not tell how it keeps its data.

    Args:
        error: What it answered.

    Returns:
        The fact and the remedies.
    """
    return (
        f"Redis does not say whether it keeps its data: {reason(error)}. Let the user of this"
        " connection run INFO, or make sure yourself that it has `appendonly yes`."
    )


def losses(persistence: Mapping[str, Any], memory: Mapping[str, Any]) -> Iterator[str]:
    """Say by what a server loses tasks.

    Args:
        persistence: What it answers to `INFO persistence`.
        memory: What it answers to `INFO memory`.

    Yields:
        Each fact with its remedy.
    """
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


def exposures(address: str, *, private: bool, harm: str) -> Iterator[str]:
    """Say by whom a server can be misused.

    Args:
        address: The URL of a server.
        private: Whether it is in a private network.
        harm: What somebody can do who can write to it.

    Yields:
        Each fact with its remedy.
    """
    url = urlsplit(address)
    local = url.scheme in LOCAL or url.hostname is None or _is_loopback(url.hostname)
    if not local and not (url.username or url.password or "password" in url.query):
        yield (
            f"Redis at {url.hostname} is used without a password, and who can write to it {harm}."
            " Set `requirepass` or an ACL user, and put it into the URL."
        )
    if not private and not url.scheme.startswith("rediss"):
        yield (
            f"Redis at {url.hostname} is not in a private network, and the connection is not"
            f" encrypted: who changes it on its way {harm}. Use rediss://."
        )


def is_private(host: str | None) -> bool:
    """Tell whether a host is in a private network; this asks for its addresses, and may wait.

    Args:
        host: Its name; `None` is this machine.

    Returns:
        Whether all its addresses are private. That it has none is said by who connects.
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
