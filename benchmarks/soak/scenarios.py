"""What happens to the servers: load, clients that go away, and SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from benchmarks.soak import load
from benchmarks.soak.server import Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from benchmarks.soak.accounts import Account

UNDER_LOAD = 2  # seconds from the first request to SIGTERM
SHORT, LONG = 0.05, 3  # seconds that a task takes where some are to be running, and interrupted


@dataclass(frozen=True)
class Scenario:
    """What happens to one server.

    Attributes:
        name: What the table calls it.
        workers: How many processes serve.
        send: Sends requests to a URL.
        is_ended_early: Whether the server is asked to end while requests arrive, or after them.
        limit: The seconds that uvicorn waits for requests and tasks when it is asked to end.
    """

    name: str
    workers: int
    send: Callable[[str], Awaitable[None]]
    is_ended_early: bool = False
    limit: int | None = None


def scenarios(requests: int, seed: int) -> Iterator[Scenario]:
    """Yield every scenario.

    Args:
        requests: How many requests the longest one sends.
        seed: Decides when clients go away.
    """
    chance = random.Random(seed)  # noqa: S311  # no secret

    async def send(url: str) -> None:
        await load.send(url, requests)

    async def send_short(url: str) -> None:
        await load.send(url, requests, SHORT)

    async def send_long(url: str) -> None:
        await load.send(url, requests, LONG)

    async def leave(url: str) -> None:
        await load.send_and_leave(url, max(requests // 10, 100), chance)

    for workers in (1, 2):
        served = f"{workers} worker{'s' * (workers > 1)}"
        yield Scenario(f"{served}: load", workers, send)
        yield Scenario(f"{served}: clients go away", workers, leave)
        yield Scenario(f"{served}: SIGTERM", workers, send_short, is_ended_early=True)
        yield Scenario(
            f"{served}: SIGTERM, 1 s to end", workers, send_long, is_ended_early=True, limit=1
        )


async def run(scenario: Scenario, folder: Path) -> Account:
    """Run a scenario and account for the tasks of its server.

    Args:
        scenario: What happens.
        folder: An empty folder for the ledger and the log.
    """
    with contextlib.closing(Server(folder, scenario.workers, scenario.limit)) as server:
        clients = asyncio.ensure_future(scenario.send(server.url))
        await (asyncio.sleep(UNDER_LOAD) if scenario.is_ended_early else clients)
        server.ask_to_end()
        found = await asyncio.to_thread(server.end)
        if scenario.is_ended_early:
            clients.cancel()
            with contextlib.suppress(httpx.TransportError, asyncio.CancelledError):
                await clients
    return found
