"""Clients: those that wait for each answer, and those that go away."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

CONNECTIONS = 20
LONGEST = 0.02  # seconds until a client goes away
PATIENCE = 60  # seconds


async def send(url: str, requests: int, seconds: float = 0) -> None:
    """Send requests on several connections, until there is no server.

    Args:
        url: The server's address.
        requests: How many to send.
        seconds: How long each of their tasks takes.

    Raises:
        httpx.ConnectError: There is no server.
        httpx.HTTPStatusError: A request failed.
    """
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:

        async def post(number: int) -> None:
            # If a task fails, uvicorn closes the connection, perhaps while this request is sent.
            with contextlib.suppress(httpx.ReadError, httpx.RemoteProtocolError):
                response = await client.post(f"/{number}", params={"seconds": seconds})
                response.raise_for_status()

        await _share(requests, post)


async def send_and_leave(url: str, requests: int, chance: random.Random) -> None:
    """Send requests and close each connection after a moment, without reading an answer."""
    host, port = urlsplit(url).hostname, urlsplit(url).port

    async def post(number: int) -> None:
        with contextlib.suppress(ConnectionError):
            _, writer = await asyncio.open_connection(host, port)
            writer.write(f"POST /{number} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            await writer.drain()
            await asyncio.sleep(chance.uniform(0, LONGEST))
            writer.close()
            await writer.wait_closed()

    await _share(requests, post)


async def _share(requests: int, post: Callable[[int], Awaitable[None]]) -> None:
    numbers = iter(range(requests))

    async def work() -> None:
        for number in numbers:
            await post(number)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
