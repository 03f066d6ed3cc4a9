"""What is Celery's alone: apps that a team has, the broker's failures, and names in monitors."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import celery
import journal_tasks
import pytest
from harness import Journal, calling
from servers import RedisServer, free_port

from typed_bg.celery import CeleryEngine
from typed_bg.celery.redelivery import Records
from typed_bg.exceptions import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    StartRedis = Callable[..., RedisServer]

pytestmark = pytest.mark.anyio

TASK = "typed_bg.execute"


def a_call(number: int = 1, **options: Any) -> Any:
    return calling(journal_tasks.wait, number, 0.0, **options)


def queued(server: RedisServer, queue: str = "typed_bg") -> int:
    count: Any = server.client.llen(queue)
    return int(count)


def team_app(**settings: Any) -> celery.Celery:
    app = celery.Celery("team", broker="redis://127.0.0.1:1/0", set_as_current=False)
    app.conf.update(settings)
    return app


def test_importing_the_library_does_not_import_celery() -> None:
    program = "import sys, typed_bg.{}; print('celery' in sys.modules)"
    for module, loads in (("engines", "False"), ("fastapi", "False"), ("celery", "True")):
        command = [sys.executable, "-c", program.format(module)]
        run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        assert run.stdout.strip() == loads


@pytest.mark.parametrize(("app", "broker"), [(None, None), (team_app(), "redis://127.0.0.1:1")])
def test_an_app_or_a_broker(app: celery.Celery | None, broker: str | None) -> None:
    with pytest.raises(TypeError, match="either an app, or"):
        CeleryEngine(app, broker=broker)


def test_a_teams_app_keeps_its_settings() -> None:
    app, plain = team_app(accept_content=["json", "yaml"]), team_app()

    @app.task(name="team.own", shared=False)
    def own() -> None: ...

    before = dict(app.conf)
    engine = CeleryEngine(app)
    assert engine.app is app
    assert dict(app.conf) == before
    assert not app.tasks["team.own"].acks_late
    ours: Any = app.tasks[TASK]
    assert ours.acks_late
    assert ours.reject_on_worker_lost
    assert ours.serializer == "json"
    assert TASK not in plain.tasks  # Celery shares tasks between apps unless told not to
    assert engine.supports == {"delay", "retries", "retry_delay", "timeout"}


def test_an_app_can_be_configured_after_the_engine_is_made() -> None:
    app = team_app()
    CeleryEngine(app)
    assert not app.configured
    app.conf.task_ignore_result = False
    assert not app.finalized


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ["'visibility_timeout': 60"]),
        (
            {"broker_transport_options": {"visibility_timeout": 120}},
            ["'unacked_mutex_expire': 10, "],
        ),
        (
            {"broker_transport_options": {"visibility_timeout": 120, "unacked_mutex_expire": 10}},
            [],
        ),
        ({"broker_url": "amqp://127.0.0.1:1"}, []),
        ({"broker_url": "amqp://127.0.0.1:1", "accept_content": ["yaml"]}, ["Add 'json'"]),
        ({"broker_url": "amqp://127.0.0.1:1", "accept_content": ["application/json"]}, []),
    ],
)
async def test_settings_that_do_not_fit_are_named(
    caplog: pytest.LogCaptureFixture, settings: dict[str, Any], said: list[str]
) -> None:
    app = team_app(**settings)
    before = dict(app.conf)
    async with CeleryEngine(app):
        pass
    messages = [
        record.getMessage() for record in caplog.records if record.name == "typed_bg.celery"
    ]
    warnings = [message for message in messages if "cannot be reached yet" not in message]
    assert len(warnings) == len(said)
    assert all(remedy in warning for remedy, warning in zip(said, warnings, strict=True))
    assert dict(app.conf) == before


async def asked() -> None:
    """Wait until the broker was asked what it is like."""
    with anyio.fail_after(30):
        for thread in threading.enumerate():
            if thread.name == "typed_bg check":
                await anyio.to_thread.run_sync(thread.join, abandon_on_cancel=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--appendonly", "no"), ["appendonly yes"]),
        (("--appendonly", "yes"), []),
        (("--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"), ["noeviction"]),
    ],
)
async def test_a_server_that_forgets_is_warned_of(
    start_redis: StartRedis,
    caplog: pytest.LogCaptureFixture,
    options: tuple[str, ...],
    said: list[str],
) -> None:
    server = start_redis(*options)
    async with CeleryEngine(broker=server.url):
        await asked()
    warnings = [
        record.getMessage() for record in caplog.records if record.name == "typed_bg.celery"
    ]
    assert len(warnings) == len(said)
    assert all(remedy in warning for remedy, warning in zip(said, warnings, strict=True))


async def test_a_server_that_comes_up_later_is_asked_then(
    start_redis: StartRedis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_bg.engines.redis_checks.PATIENCE", 0.1)
    server = start_redis()
    server.kill()
    async with CeleryEngine(broker=server.url.replace("://", "://:secret@")):
        await anyio.sleep(0.5)
        server.start()
        server.client.config_set("requirepass", "secret")
        await asked()
    messages = [
        record.getMessage() for record in caplog.records if record.name == "typed_bg.celery"
    ]
    assert "secret" not in caplog.text
    assert [("reached yet" in message, "appendonly" in message) for message in messages] == [
        (True, False),
        (False, True),
    ]


async def test_a_server_that_does_not_answer_questions_is_named(
    start_redis: StartRedis, caplog: pytest.LogCaptureFixture
) -> None:
    server = start_redis()
    server.client.execute_command("ACL", "SETUSER", "app", "on", ">word", "~*", "&*", "+@all")
    server.client.execute_command("ACL", "SETUSER", "app", "-info")
    async with CeleryEngine(broker=server.url.replace("://", "://app:word@")):
        await asked()
    assert "whether it persists" in caplog.text


async def test_a_worker_killed_in_its_sweep_stops_the_others_for_less_than_a_lease(
    start_redis: StartRedis,
) -> None:
    server = start_redis()
    engine = CeleryEngine(broker=server.url, redelivery_timeout=15)
    with engine.app.connection_for_read() as connection:
        channel: Any = connection.channel()
        seen: list[int] = []

        def look(*_: Any, **__: Any) -> list[Any]:
            seen.append(int(server.client.pttl("typed_bg.unacked_mutex")))  # type: ignore[arg-type]
            return []

        with pytest.MonkeyPatch.context() as patch:
            for command in ("zrange", "zrevrangebyscore"):  # the latter before kombu 5.6
                patch.setattr(type(channel.client), command, look)
            channel.qos.restore_visible()
    assert 0 < seen[0] <= 3000  # milliseconds


async def test_a_task_is_recorded_when_redis_is_back(start_redis: StartRedis) -> None:
    server = start_redis("--appendonly", "yes", "--appendfsync", "always")
    async with CeleryEngine(broker=server.url) as engine:
        await engine.submit([a_call()])
        with engine.app.connection_for_read() as connection:
            channel: Any = connection.channel()
            Records(channel)
            taken = channel._get
            restart = threading.Timer(0.5, server.start)

            def take(queue: str) -> Any:
                message = taken(queue)
                server.kill()
                restart.start()
                return message

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(channel, "_get", take)
                message = await anyio.to_thread.run_sync(channel.basic_get, "typed_bg")
            await anyio.to_thread.run_sync(restart.join)
            assert server.client.hkeys("typed_bg.unacked") == [message.delivery_tag.encode()]


async def test_an_app_starts_while_the_broker_is_down() -> None:
    url = f"redis://:secret@127.0.0.1:{free_port()}/0"
    async with CeleryEngine(broker=url) as engine:
        with pytest.raises(EngineUnavailable, match="does not accept tasks") as raised:
            await engine.submit([a_call()])
    assert "secret" not in str(raised.value)
    assert raised.value.accepted == 0


async def test_no_idle_connection_outlives_the_server(start_redis: StartRedis) -> None:
    server = start_redis("--appendonly", "yes")
    async with CeleryEngine(broker=server.url) as engine:
        await asyncio.gather(*(engine.submit([a_call()]) for _ in range(20)))
        server.kill()
        server.start()
        await asyncio.gather(*(engine.submit([a_call(), a_call()]) for _ in range(20)))
    assert queued(server) == 60


async def test_what_is_queued_before_the_server_is_full_is_counted(
    start_redis: StartRedis,
) -> None:
    server = start_redis()
    async with CeleryEngine(broker=server.url) as engine:
        await engine.submit([a_call()])
        memory: Any = server.client.info("memory")
        server.client.config_set("maxmemory", memory["used_memory"] + 1_000_000)
        calls = [calling(journal_tasks.note, "x" * 100_000, number) for number in range(20)]
        with pytest.raises(EngineUnavailable, match="are queued") as raised:
            await engine.submit(calls)
    assert 0 < raised.value.accepted < 20
    assert queued(server) == 1 + raised.value.accepted


async def test_requests_that_give_up_pile_up_no_threads(start_redis: StartRedis) -> None:
    server = start_redis()
    before = threading.active_count()
    gave_up: list[bool] = []

    async def give_up(engine: CeleryEngine) -> None:
        with anyio.move_on_after(0.3) as scope:
            await engine.submit([a_call(), a_call()])
        gave_up.append(scope.cancelled_caught)

    async with CeleryEngine(broker=server.url, connections=3, patience=1) as engine:
        await engine.submit([a_call()])
        server.freeze()
        async with anyio.create_task_group() as requests:
            for _ in range(50):
                requests.start_soon(give_up, engine)
        # Next to each of the 3 may be some that have returned their place and are about to end.
        assert threading.active_count() <= before + 3 * 4
        assert gave_up == [True] * 50
        with pytest.raises(EngineUnavailable):  # without a deadline it ends, too
            await engine.submit([a_call()])
        server.thaw()
        await engine.submit([a_call()])


async def test_a_request_that_gives_up_queues_no_more(start_redis: StartRedis) -> None:
    server = start_redis()
    async with CeleryEngine(broker=server.url, connections=1, patience=20) as engine:
        await engine.submit([a_call()])
        server.freeze()
        with anyio.move_on_after(0.3) as scope:
            await engine.submit([a_call(), a_call(), a_call()])
        assert scope.cancelled_caught
        server.thaw()
        await engine.submit([a_call()])  # when the one thread has ended
    assert queued(server) == 1 + 1 + 1


def test_each_event_loop_has_its_own(start_redis: StartRedis) -> None:
    server = start_redis()
    engine = CeleryEngine(broker=server.url)
    for backend in ("asyncio", "asyncio", "trio"):
        anyio.run(engine.submit, [a_call()], backend=backend)
    assert queued(server) == 3


async def test_celery_keeps_no_second_task_out(journal: Journal) -> None:
    """Why there is no key: not even the same id does."""
    async with CeleryEngine(broker="memory://") as engine:
        call = a_call()
        await engine.submit([call])
        await engine.submit([call])
    assert journal.events("end") == {1: 2}


async def test_leaving_memory_finishes_what_is_due(journal: Journal) -> None:
    async with CeleryEngine(broker="memory://") as engine:
        for number in range(50):
            await engine.submit([calling(journal_tasks.wait, number, 0.05)])
        await engine.submit([a_call(50, delay=0.5)])
    assert len(journal.events("end")) == 51


async def test_eager_apps_run_tasks_at_once(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    engine = CeleryEngine(team_app(task_always_eager=True))
    with caplog.at_level(logging.CRITICAL, "celery"):
        await engine.submit([a_call(1), calling(journal_tasks.fail, 2, 1, retries=1)])
    assert journal.events("end") == {1: 1, 2: 1}
    assert journal.events("start") == {1: 1, 2: 2}
