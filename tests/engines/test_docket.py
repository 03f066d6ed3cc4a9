"""Docket only: how it accepts tasks, keeps failures, and reports problems of the server."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any

import anyio
import docket
import journal_tasks
import pytest
from harness import PATIENCE, Journal, Start, calling, named, starting_workers
from kit_docket import KIT
from redis.exceptions import ConnectionError as RedisConnectionError
from servers import RedisServer, free_port

from typed_bg.docket import DocketEngine
from typed_bg.docket.connection import with_connections
from typed_bg.docket.worker import WorkerSettings
from typed_bg.engines.redis_checks import exposures, shown
from typed_bg.exceptions import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    StartRedis = Callable[..., RedisServer]

pytestmark = pytest.mark.anyio

# What the task itself raised cannot be told from its being cancelled before 3.11.
CANCELLED = (
    {
        b"journal_tasks:await_cancelled": (
            b"RuntimeError: something that the task awaited was cancelled"
        )
    }
    if sys.version_info >= (3, 11)
    else {}
)


@pytest.fixture
def start_docket_worker(journal: Journal, tmp_path: Path) -> Iterator[Start]:
    """What starts a Docket worker in a process of its own."""
    with starting_workers(KIT, journal, tmp_path) as start:
        yield start


def a_call(number: int = 1, **options: Any) -> Any:
    return calling(journal_tasks.wait, number, 0.0, **options)


async def logged(caplog: pytest.LogCaptureFixture, text: str) -> None:
    """Wait until the engine has logged something."""
    with anyio.fail_after(PATIENCE):
        while text not in caplog.text:  # noqa: ASYNC110  # the log sets no event
            await anyio.sleep(0.02)


def records(server: RedisServer) -> list[dict[bytes, bytes]]:
    """Return what Docket keeps of each task."""
    return [server.client.hgetall(key) for key in server.client.keys("typed_bg:runs:*")]


async def test_an_app_starts_while_the_server_is_down(caplog: pytest.LogCaptureFixture) -> None:
    url = f"redis://:secret@127.0.0.1:{free_port()}/0"
    async with DocketEngine(url) as engine:
        for calls in ([a_call()], [a_call(), a_call()]):
            with pytest.raises(EngineUnavailable, match="does not accept tasks") as raised:
                await engine.submit(calls)
            assert "secret" not in str(raised.value)
        await logged(caplog, "cannot be reached yet")
    assert "cannot be reached yet" in caplog.text
    assert "secret" not in caplog.text


async def test_a_wrong_password_is_named(start_redis: StartRedis) -> None:
    server = start_redis()
    server.client.config_set("requirepass", "word")
    for url in (server.url, server.url.replace("://", "://:t0psecret@")):
        async with DocketEngine(url) as engine:
            with pytest.raises(EngineUnavailable, match="user and password") as raised:
                await engine.submit([a_call()])
            assert "t0psecret" not in str(raised.value)


async def test_a_server_that_comes_up_later_is_asked_then(
    start_redis: StartRedis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_bg.engines.redis_checks.PATIENCE", 0.1)
    server = start_redis()
    server.kill()
    async with DocketEngine(server.url):
        await logged(caplog, "reached yet")
        server.start()
        await logged(caplog, "appendonly")
    messages = [
        record.getMessage() for record in caplog.records if record.name == "typed_bg.docket"
    ]
    assert [("reached yet" in message, "appendonly" in message) for message in messages] == [
        (True, False),
        (False, True),
    ]


async def test_no_idle_connection_outlives_the_server(start_redis: StartRedis) -> None:
    server = start_redis("--appendonly", "yes")
    async with DocketEngine(server.url) as engine:
        await asyncio.gather(*(engine.submit([a_call()]) for _ in range(20)))
        server.kill()
        server.start()
        await asyncio.gather(*(engine.submit([a_call(), a_call()]) for _ in range(20)))
    assert server.client.xlen("typed_bg:stream") == 60


async def test_more_requests_than_connections_wait_for_one(start_redis: StartRedis) -> None:
    server = start_redis()
    async with DocketEngine(server.url, connections=3) as engine:
        await asyncio.gather(*(engine.submit([a_call()]) for _ in range(200)))
        # One more watches for strikes, and one asked what the server is like.
        assert len(server.client.client_list()) <= 3 + 2 + 1  # this test's own
    assert server.client.xlen("typed_bg:stream") == 200


async def test_a_request_that_gives_up_leaves_the_connections_usable(
    start_redis: StartRedis,
) -> None:
    server = start_redis()
    async with DocketEngine(server.url, connections=2) as engine:
        await engine.submit([a_call()])
        server.freeze()
        for calls in ([a_call()], [a_call(), a_call()]) * 3:
            with anyio.move_on_after(0.2) as scope:
                await engine.submit(calls)
            assert scope.cancelled_caught
        server.thaw()
        for _ in range(5):
            await engine.submit([a_call(key="one"), a_call(key="two")])
    names = [fields[b"key"] for _, fields in server.client.xrange("typed_bg:stream")]
    assert names.count(b"journal_tasks:wait:one") == names.count(b"journal_tasks:wait:two") == 1


async def test_more_tasks_at_a_time_than_redis_py_has_connections(
    start_redis: StartRedis, journal: Journal, start_docket_worker: Start
) -> None:
    url = start_redis("--appendonly", "yes").url
    async with KIT.engine(url) as engine:
        for first in range(0, 300, 10):
            assert await journal.submit(engine, range(first, first + 10), 1.0)
    start_docket_worker(url, concurrency=150)
    await journal.until(lambda: len(journal.running()) > 100, "more than 100 run at a time")
    await journal.until_all()
    assert not journal.twice()


async def test_what_failed_is_kept_with_its_error(
    start_redis: StartRedis, journal: Journal, start_docket_worker: Start
) -> None:
    server = start_redis()
    start_docket_worker(server.url)
    calls = [
        named("journal_tasks:wait", ("[1]", "{}"), retries=9, retry_delay=60),  # to no avail
        calling(journal_tasks.leave, 2),
        calling(journal_tasks.await_cancelled, 3),
        a_call(4),
    ]
    async with KIT.engine(server.url) as engine:
        await engine.submit(calls)

    def ended() -> bool:
        return {record[b"state"] for record in records(server)} <= {
            b"failed",
            b"completed",
            b"cancelled",
        }

    await journal.until(ended, "all have ended")
    failed = {
        record[b"function"]: record[b"error"]
        for record in records(server)
        if record[b"state"] == b"failed"
    }
    assert failed == {
        b"journal_tasks:wait": failed[b"journal_tasks:wait"],
        b"journal_tasks:leave": b"RuntimeError: the task called sys.exit(2)",
        **CANCELLED,
    }
    assert failed[b"journal_tasks:wait"].startswith(b"TaskArgumentError: ")

    def is_kept() -> bool:
        times = {server.client.ttl(key) > 3600 for key in server.client.keys("typed_bg:runs:*")}
        return times == {True, False}

    # Right after it has failed: Docket itself lets the record of a failure go after a minute.
    await journal.until(is_kept, "failures are kept for days, what was done for a minute")


async def test_a_task_that_is_done_is_not_failed_by_a_lost_connection(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    tell = docket.Execution.mark_as_completed

    async def lose_once(self: docket.Execution, result_key: str | None = None) -> None:
        told.append(self.key)
        if len(told) == 1:
            raise RedisConnectionError
        await tell(self, result_key)

    monkeypatch.setattr(docket.Execution, "mark_as_completed", lose_once)
    async with DocketEngine("memory://") as engine:
        await engine.submit([a_call(1, retries=3, retry_delay=0)])
        await journal.until(lambda: len(told) == 2, "it is told again")
    assert journal.events("start") == {1: 1}


async def test_a_name_may_be_that_of_one_of_dockets_own_tasks(
    redis_url: str, journal: Journal, start_docket_worker: Start
) -> None:
    start_docket_worker(redis_url)
    async with KIT.engine(redis_url) as engine:
        await engine.submit([calling(journal_tasks.named_sleep, 1)])
    journal.accepted.append(1)
    await journal.until_all()


async def test_a_request_is_refused_as_a_whole(start_redis: StartRedis) -> None:
    server = start_redis()
    async with DocketEngine(server.url) as engine:
        await engine.submit([a_call(), a_call()])
        server.client.config_set("maxmemory", server.client.info("memory")["used_memory"] + 200_000)

        async def fill() -> None:
            while True:
                await engine.submit([a_call() for _ in range(20)])

        with pytest.raises(EngineUnavailable, match="it is full"):
            await fill()
    accepted = server.client.xlen("typed_bg:stream") - 2
    assert accepted
    assert not accepted % 20


async def test_leaving_memory_finishes_what_is_due(journal: Journal) -> None:
    async with DocketEngine("memory://") as engine:
        for number in range(100):
            await engine.submit([calling(journal_tasks.wait, number, 0.1)])
    assert len(journal.events("end")) == 100


def test_each_event_loop_has_its_own(journal: Journal, redis_url: str) -> None:
    for url in ("memory://", redis_url):
        engine = DocketEngine(url)

        async def use(engine: DocketEngine = engine) -> None:
            await engine.submit([a_call()])

        asyncio.run(use())
        asyncio.run(use())


def test_memory_says_what_it_left_when_its_loop_ended(caplog: pytest.LogCaptureFixture) -> None:
    """As with a test client that is not entered, which has a loop for each request."""
    engine = DocketEngine("memory://")
    asyncio.run(engine.submit([calling(journal_tasks.wait, 1, 0.0, delay=60)]))
    (message,) = [
        record.getMessage() for record in caplog.records if record.name == "typed_bg.docket"
    ]
    assert message.startswith("1 tasks that memory:// accepted have not finished")
    assert "with TestClient(app) as client" in message


async def test_a_worker_that_has_ended_takes_no_tasks() -> None:
    engine = DocketEngine("memory://")
    await engine.submit([a_call(delay=60)])
    (opened,) = engine._opened.values()
    opened._working.cancel()
    await asyncio.sleep(0.1)
    with pytest.raises(EngineUnavailable, match="has ended"):
        await engine.submit([a_call()])
    await opened.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--appendonly", "no"), "appendonly yes"),
        (("--appendonly", "yes"), None),
        (("--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"), "noeviction"),
        (("--appendonly", "yes", "--maxmemory-policy", "volatile-lru"), None),
    ],
)
async def test_a_server_that_forgets_is_warned_of(
    start_redis: StartRedis,
    caplog: pytest.LogCaptureFixture,
    options: tuple[str, ...],
    said: str | None,
) -> None:
    server = start_redis(*options)
    async with DocketEngine(server.url) as engine:
        await engine.submit([a_call()])
        if said is not None:
            await logged(caplog, said)
        await anyio.sleep(0.2)
    warnings = [
        record.getMessage() for record in caplog.records if record.levelno == logging.WARNING
    ]
    assert len(warnings) == (said is not None)
    assert said is None or said in warnings[0]


async def test_a_server_that_does_not_answer_questions_is_named(
    start_redis: StartRedis, caplog: pytest.LogCaptureFixture
) -> None:
    server = start_redis()
    server.client.acl_setuser(
        "app", enabled=True, passwords=["+word"], keys="*", channels="*", categories=["+@all"]
    )
    server.client.execute_command("ACL", "SETUSER", "app", "-info")
    async with DocketEngine(server.url.replace("://", "://app:word@")) as engine:
        await engine.submit([a_call(), a_call()])
        await logged(caplog, "does not report")
    assert "whether it persists" in caplog.text


@pytest.mark.parametrize(
    ("url", "private", "said"),
    [
        ("redis://127.0.0.1:6379/0", True, []),
        ("redis://localhost", True, []),
        ("redis://[::1]:6379", True, []),
        ("unix:///run/redis.sock", True, []),
        ("redis://redis:6379", True, ["password"]),
        ("redis://:word@redis:6379", True, []),
        ("redis://:word@redis.example.org", False, ["encrypted"]),
        ("redis://redis.example.org", False, ["password", "encrypted"]),
        ("rediss://redis.example.org", False, ["password"]),
        ("rediss://app:word@redis.example.org", False, []),
    ],
)
def test_a_server_that_others_reach_is_warned_of(
    url: str, said: list[str], *, private: bool
) -> None:
    warnings = list(exposures(url, private=private, harm="harms"))
    assert len(warnings) == len(said)
    assert all(word in warning for word, warning in zip(said, warnings, strict=True))


@pytest.mark.parametrize(
    ("url", "sized"),
    [
        ("redis://h:1/0", "redis://h:1/0?max_connections=7"),
        ("redis://h/0?protocol=2", "redis://h/0?protocol=2&max_connections=7"),
        ("redis://h/0?max_connections=3", "redis://h/0?max_connections=3"),
        ("redis+sentinel://a:1,b:2/m/0", "redis+sentinel://a:1,b:2/m/0?max_connections=7"),
        ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1&max_connections=7"),
        ("memory://", "memory://"),
    ],
)
def test_the_pool_is_sized_where_the_url_does_not(url: str, sized: str) -> None:
    assert with_connections(url, 7) == sized


def test_no_password_is_shown() -> None:
    url = "redis+sentinel://app:word@a:1,b:2/m/0?sentinel_password=word"
    assert shown(url) == "redis+sentinel://a:1,b:2/m/0"


@pytest.mark.parametrize("url", ["redis+cluster://h", "http://h", "localhost:6379", ""])
def test_what_is_no_redis_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="tasks cannot be sent"):
        DocketEngine(url)


async def test_memory_has_no_worker_of_its_own() -> None:
    with pytest.raises(ValueError, match="memory://"):
        await DocketEngine("memory://").work()


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        ((0, 0.1, 60, 30), "concurrency"),
        ((1, 0.0005, 60, 30), "check_interval"),
        ((1, 0.1, 60, 46), "graceful_timeout"),
    ],
)
def test_a_pace_that_cannot_be_worked_at_is_refused(pace: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        WorkerSettings(*pace)
