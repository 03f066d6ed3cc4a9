"""What becomes of accepted tasks when workers and servers are killed, frozen and full.

Each run prints how many tasks ran, ran twice and were lost; what an engine accepted and the server
kept must not be lost. Slow: `nox -s engines`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import journal_tasks
import pytest
from harness import (
    PATIENCE,
    Journal,
    Kit,
    OpenEngine,
    Start,
    calling,
    kill_between_records,
    kill_redis,
    named,
)
from servers import RedisServer

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.engines import Engine

pytestmark = [pytest.mark.anyio]

StartRedis = Callable[..., RedisServer]
KEPT = ("--appendonly", "yes")
CONCURRENCY = 10
UNHURRIED = 60  # seconds; with this redelivery time, no task runs twice on a busy machine


async def fill(journal: Journal, engine: Engine, count: int, seconds: float) -> None:
    """Have tasks accepted, ten to a request."""
    for first in range(0, count, 10):
        assert await journal.submit(engine, range(first, first + 10), seconds)


async def load(
    journal: Journal, engine: Engine, disturb: Callable[[int], None], deadline: float = PATIENCE
) -> set[int]:
    """Send requests with two tasks each during a disturbance; return those that were rejected."""
    refused = set()
    for number in range(60):
        disturb(number)
        if not await journal.submit(engine, [2 * number, 2 * number + 1], 0.1, deadline):
            refused.add(number)
        await anyio.sleep(0.05)
    return refused


async def test_a_worker_is_killed_with_tasks_in_flight(
    open_engine: OpenEngine,
    kit: Kit,
    journal: Journal,
    start_redis: StartRedis,
    start_worker: Start,
) -> None:
    server = start_redis(*KEPT)
    url = server.url
    await fill(journal, await open_engine(url), 200, 0.3)
    first = start_worker(url)
    await journal.until(lambda: len(journal.events("end")) >= 20, "the worker has done some")
    await kill_between_records(
        first,
        journal,
        lambda: kit.recorded(server.client),
        when=lambda: len(journal.running()) >= 5,
    )
    in_flight = journal.running()
    assert in_flight
    assert len(journal.lost()) > len(in_flight)  # some had not started
    start_worker(url)
    await journal.until_all(180)
    started = journal.events("start")
    assert all(started[number] > 1 for number in in_flight)


@pytest.mark.parametrize("kept", [True, False], ids=["aof", "no aof"])
async def test_redis_is_killed_in_mid_load(  # noqa: PLR0913  # fixtures, and a parameter
    open_engine: OpenEngine,
    kit: Kit,
    journal: Journal,
    start_redis: StartRedis,
    start_worker: Start,
    *,
    kept: bool,
) -> None:
    server = start_redis(*(KEPT if kept else ()))
    start_worker(server.url)
    engine = await open_engine(server.url)

    def disturb(number: int) -> None:
        if number == 20:
            kill_redis(server, kit)
        elif number == 30:
            server.start()

    refused = await load(journal, engine, disturb)
    assert {*range(20, 30)} <= refused
    assert len(refused) < 30
    after = [number for number in journal.accepted if number >= 100]
    assert after  # accepted when the server was long back
    if kept:
        await journal.until_all()
    else:
        await journal.until(lambda: not set(after) & set(journal.lost()), "the worker goes on")


async def test_redis_is_frozen(
    open_engine: OpenEngine, journal: Journal, start_redis: StartRedis, start_worker: Start
) -> None:
    server = start_redis(*KEPT)
    start_worker(server.url)

    def disturb(number: int) -> None:
        if number == 20:
            server.freeze()
        elif number == 22:
            server.thaw()

    refused = await load(journal, await open_engine(server.url), disturb, deadline=2)
    assert {20, 21} <= refused  # which took until their deadline
    assert len(refused) < 30
    await journal.until_all()


@pytest.mark.full
async def test_workers_and_redis_are_killed_again_and_again(
    open_engine: OpenEngine,
    kit: Kit,
    journal: Journal,
    start_redis: StartRedis,
    start_worker: Start,
) -> None:
    """The long form: `TYPED_BG_CHAOS_SECONDS=300 nox -s engines -- -m full -k again_and_again`."""
    server = start_redis(*KEPT)
    url = server.url
    engine = await open_engine(url)
    workers = [start_worker(url), start_worker(url)]
    end = time.monotonic() + float(os.environ.get("TYPED_BG_CHAOS_SECONDS", "20"))

    async def send() -> None:
        requests = 0
        while time.monotonic() < end:
            await journal.submit(engine, [2 * requests, 2 * requests + 1], 0.05, deadline=5)
            requests += 1
            await anyio.sleep(0.05)

    kills = 0
    async with anyio.create_task_group() as group:
        group.start_soon(send)
        while time.monotonic() < end:
            await anyio.sleep(3)
            await kill_between_records(
                workers[kills % 2],
                journal,
                lambda: kit.recorded(server.client),
                when=journal.lost,
            )
            workers[kills % 2] = start_worker(url)
            await anyio.sleep(3)
            await anyio.to_thread.run_sync(kill_redis, server, kit)
            kills += 1
            await anyio.sleep(0.5)
            await anyio.to_thread.run_sync(server.start)
    await journal.until_all()
    journal.remarks.append(f"{kills} workers and {kills} times Redis killed")
    assert kills


@pytest.mark.full
async def test_redis_is_full(
    open_engine: OpenEngine, journal: Journal, start_redis: StartRedis, start_worker: Start
) -> None:
    server = start_redis(*KEPT)
    engine = await open_engine(server.url)
    await fill(journal, engine, 10, 0)
    full = server.client.info("memory")["used_memory"] + 300_000
    server.client.config_set("maxmemory", full)
    server.client.config_set("maxmemory-policy", "noeviction")
    requests = 0
    while await journal.submit(engine, range(10 + requests * 3, 13 + requests * 3), 0):
        requests += 1
        assert requests < 2000
    assert requests
    keys = server.client.dbsize()
    server.client.config_set("maxmemory", 1)  # no room at all: not for the first of them, either
    assert not await journal.submit(engine, [-1, -2, -3], 0)
    assert server.client.dbsize() == keys
    server.client.config_set("maxmemory", full)
    worker = start_worker(server.url)
    await anyio.sleep(3)
    server.client.config_set("maxmemory", 0)
    assert await journal.submit(engine, [-4], 0)
    await journal.until_all()
    assert worker.process.poll() is None
    assert not {-1, -2, -3} & set(journal.events("start"))


@pytest.mark.full
async def test_two_workers_share(
    open_engine: OpenEngine, journal: Journal, start_redis: StartRedis, start_worker: Start
) -> None:
    url = start_redis(*KEPT).url
    start_worker(url, redelivery=UNHURRIED)
    start_worker(url, redelivery=UNHURRIED)
    await fill(journal, await open_engine(url), 200, 0.1)
    await journal.until_all()
    assert not journal.twice()
    processes = {line.split()[2] for line in journal.path.read_text().splitlines()}
    assert len(processes) >= 2


@pytest.mark.full
async def test_a_task_outlives_the_redelivery_time(
    open_engine: OpenEngine, journal: Journal, start_redis: StartRedis, start_worker: Start
) -> None:
    url = start_redis(*KEPT).url
    start_worker(url)
    start_worker(url)
    long = [
        calling(journal_tasks.wait, 1, 14.0),
        calling(journal_tasks.wait_in_thread, 2, 14.0),
    ]
    await (await open_engine(url)).submit(long)
    journal.accepted += [1, 2]
    await journal.until_all()
    await anyio.sleep(2)  # a second delivery had 9 s for starting while they ran
    assert journal.events("start") == {1: 1, 2: 1}


async def test_a_worker_is_asked_to_end(
    open_engine: OpenEngine,
    kit: Kit,
    journal: Journal,
    start_redis: StartRedis,
    start_worker: Start,
) -> None:
    url = start_redis(*KEPT).url
    await fill(journal, await open_engine(url), 60, 0.5)
    worker = start_worker(url, concurrency=CONCURRENCY)
    await journal.until(lambda: len(journal.events("end")) >= 10, "the worker has done some")
    assert worker.terminate() == 0
    assert not journal.running()  # it finished what ran
    assert journal.lost()  # and took no more
    start_worker(url)
    await journal.until_all()
    assert len(journal.twice()) <= (CONCURRENCY if kit.hands_back_done else 0)


OLD = """
from journal_tasks import note

async def greet(number: int) -> None:
    note("old", number)
    note("end", number)
"""
NEW = """
import typed_bg
from journal_tasks import note

@typed_bg.task(aliases=["deployed:greet"])
async def welcome(number: int) -> None:
    note("new", number)
    note("end", number)
"""


@pytest.mark.full
async def test_a_rolling_deploy(  # noqa: PLR0913, PLR0917  # fixtures
    open_engine: OpenEngine,
    kit: Kit,
    journal: Journal,
    start_redis: StartRedis,
    start_worker: Start,
    tmp_path: Path,
) -> None:
    url = start_redis(*KEPT).url
    engine = await open_engine(url)
    for folder, code in (("old", OLD), ("new", NEW)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "deployed.py").write_text(code)

    async def send(name: str, numbers: range) -> None:
        for number in numbers:
            await engine.submit([named(f"deployed:{name}", (f"[{number}]", "{}"))])
            journal.accepted.append(number)

    old = start_worker(url, tmp_path / "old", redelivery=UNHURRIED, concurrency=CONCURRENCY)
    await send("greet", range(20))
    await send("welcome", range(100, 120))  # by a web process that is ahead of its workers
    await journal.until(lambda: len(journal.events("old")) == 20, "the old code runs what it knows")
    await anyio.sleep(3)  # it has met each of the others, and put it back
    assert len(journal.lost()) == 20
    start_worker(url, tmp_path / "new", redelivery=UNHURRIED)
    await send("greet", range(20, 40))
    await send("welcome", range(120, 140))
    await journal.until(
        lambda: {*range(40), *range(120, 140)} & set(journal.events("new")), "the new code runs"
    )
    old.terminate()
    await send("greet", range(40, 60))  # by a web process that is behind: the alias
    await journal.until_all()
    assert set(range(40, 60)) <= set(journal.events("new"))
    assert len(journal.twice()) <= (CONCURRENCY if kit.hands_back_done else 0)
