"""Celery's own workers at our tasks: in each of its pools, and beside the tasks of a team."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import anyio
import journal_tasks
import pytest
from harness import Journal, WorkerProcess, calling, kill_between_records, named
from kit_celery import recorded
from support.samples import only

from typed_bg.celery import CeleryEngine

if TYPE_CHECKING:
    from pathlib import Path

    from servers import RedisServer

    StartRedis = Callable[..., RedisServer]

pytestmark = pytest.mark.anyio

TEAM = """
import celery
import journal_tasks
from typed_bg.celery import CeleryEngine

app = celery.Celery("team", broker={url!r}, backend={url!r})
app.conf.broker_transport_options = {{
    "visibility_timeout": {redelivery},
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 1,  # seconds: a worker killed in its sweep keeps the others from theirs
}}

@app.task(name="team.own")
def own(number):
    journal_tasks.note("own", number)

engine = CeleryEngine(app)
"""

StartTeam = Callable[..., WorkerProcess]
HELD = 4  # messages that Celery's worker takes for one process


@pytest.fixture
def server(start_redis: StartRedis) -> RedisServer:
    return start_redis("--appendonly", "yes")


@pytest.fixture
def start_team(server: RedisServer, journal: Journal, tmp_path: Path) -> Iterator[StartTeam]:
    """What starts workers of a team's app, by the command that the team knows."""
    started: list[WorkerProcess] = []

    def start(*options: str, redelivery: float = 60) -> WorkerProcess:
        (tmp_path / "slow_code.py").write_text(CODE)
        (tmp_path / "team.py").write_text(TEAM.format(url=server.url, redelivery=redelivery))
        command = [sys.executable, "-m", "celery", "-A", "team:app", "worker"]
        command += ["--hostname", f"{len(started)}@%h", "--loglevel", "INFO", *options]
        log = tmp_path / f"team-{len(started)}.log"
        started.append(WorkerProcess(command, journal, log, tmp_path))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        sys.stderr.write(f"--- {worker.log.name}\n{worker.log.read_text()[-4000:]}")


def engine_of(server: RedisServer) -> CeleryEngine:
    """Make what a web process has: the team's app, which it never runs."""
    import celery  # noqa: PLC0415

    return CeleryEngine(celery.Celery("team", broker=server.url, set_as_current=False))


def failures(server: RedisServer) -> dict[str, dict[str, Any]]:
    """Return what Celery keeps of each task, by its id."""
    keys: Any = server.client.keys("celery-task-meta-*")
    values: list[Any] = [server.client.get(key) for key in keys]
    kept = [json.loads(value) for value in values if value is not None]  # not deleted meanwhile
    return {failure["task_id"]: failure for failure in kept}


@pytest.mark.parametrize("pool", only(["prefork", "threads", "solo"], "prefork".__eq__))
async def test_a_task_outlives_the_redelivery_time_in_every_pool(
    server: RedisServer, journal: Journal, start_team: StartTeam, pool: str
) -> None:
    for _ in range(2):
        start_team("--pool", pool, "--concurrency", "2", redelivery=2)
    await engine_of(server).submit(
        [
            calling(journal_tasks.wait, 1, 7.0),
            calling(journal_tasks.wait_in_thread, 2, 7.0),
            calling(journal_tasks.wait, 3, 0.0),  # in solo, behind one of them
            calling(journal_tasks.wait, 4, 0.0, delay=6.0),
        ]
    )
    journal.accepted += [1, 2, 3, 4]
    await journal.until_all()
    await anyio.sleep(1)  # a second delivery was due 5 s before they ended
    assert journal.events("start") == {1: 1, 2: 1, 3: 1, 4: 1}


@pytest.mark.parametrize("pool", only(["prefork", "threads", "solo"], "prefork".__eq__))
async def test_a_timeout_holds_in_every_pool(
    server: RedisServer, journal: Journal, start_team: StartTeam, pool: str
) -> None:
    start_team("--pool", pool, "--concurrency", "1")
    again = {"timeout": 0.5, "retries": 1, "retry_delay": 0.1}
    await engine_of(server).submit(
        [
            calling(journal_tasks.wait, 1, 50.0, **again),
            calling(journal_tasks.wait_in_thread, 2, 50.0, timeout=0.5),
            calling(journal_tasks.wait, 3, 0.0),
        ]
    )
    journal.accepted += [3]
    await journal.until_all()
    await journal.until(lambda: journal.events("start")[1] == 2, "it is tried again")
    await anyio.sleep(1)
    assert journal.events("start") == {1: 2, 2: 1, 3: 1}
    assert journal.events("end") == {3: 1}


async def test_a_worker_asked_to_end_finishes_a_task_longer_than_the_redelivery_time(
    server: RedisServer, journal: Journal, start_team: StartTeam
) -> None:
    first = start_team("--concurrency", "2", redelivery=2)
    await engine_of(server).submit([calling(journal_tasks.wait, 1, 8.0)])
    journal.accepted += [1]
    await journal.until(journal.running, "it runs")
    start_team("--concurrency", "2", redelivery=2)
    first.process.terminate()
    await journal.until_all()
    assert journal.events("start") == {1: 1}


async def test_a_teams_own_tasks_run_beside_ours(
    server: RedisServer, journal: Journal, start_team: StartTeam
) -> None:
    worker = start_team("--concurrency", "2")
    engine = engine_of(server)
    with engine.app.connection_for_write() as connection:
        engine.app.send_task("team.own", (7,), connection=connection)
    await engine.submit([calling(journal_tasks.wait, 1, 0.0)])
    journal.accepted += [1]
    await journal.until_all()
    await journal.until(lambda: journal.events("own")[7], "the team's own task runs")
    log = worker.log.read_text()
    assert "Task journal_tasks:wait[" in log  # our name, in what monitors are told
    assert "Task team.own[" in log


async def test_what_failed_is_kept_and_what_succeeded_in_the_end_is_not(
    server: RedisServer, journal: Journal, start_team: StartTeam
) -> None:
    start_team("--concurrency", "2")
    unfit = named("journal_tasks:wait", ("[1]", "{}"), retries=3)  # seconds are missing
    # Celery queues the second attempt before it stores that there will be one. If the delay is so
    # short that the attempt has ended by then, that is what stays stored.
    delay = 2
    failed = calling(journal_tasks.fail, 2, 9, retries=1, retry_delay=delay)
    succeeded = calling(journal_tasks.fail, 3, 1, retries=1, retry_delay=delay)
    await engine_of(server).submit([unfit, failed, succeeded, calling(journal_tasks.wait, 4, 0.0)])
    await journal.until(lambda: journal.events("end")[3], "the one succeeds")
    await journal.until(lambda: journal.events("start")[2] == 2, "the other has failed twice")

    def settled() -> bool:
        statuses = {task_id: failure["status"] for task_id, failure in failures(server).items()}
        return statuses == {unfit.id: "FAILURE", failed.id: "FAILURE"}

    await journal.until(settled, "what became of them is kept")
    kept = failures(server)
    assert set(kept) == {unfit.id, failed.id}
    assert kept[unfit.id]["result"]["exc_type"] == "TaskArgumentError"
    assert "missing" in kept[unfit.id]["result"]["exc_message"][0]
    assert kept[failed.id]["result"] == {
        "exc_type": "RuntimeError",
        "exc_message": ["no 2"],
        "exc_module": "builtins",
    }


CODE = """
import asyncio
import journal_tasks

async def fail_late(number: int) -> None:
    journal_tasks.note("start", number)
    if journal_tasks.starts(number) == 1:
        await asyncio.sleep(2)
        raise RuntimeError(number)
    journal_tasks.note("end", number)

kept = []

async def on_one_loop(number: int) -> None:
    kept.append(asyncio.get_running_loop())
    asyncio.get_running_loop().call_later(0, journal_tasks.note, "later", number)
    journal_tasks.note("end" if kept[0] is kept[-1] else "other", number)
"""


@pytest.mark.parametrize("pool", ["prefork", "threads"])
async def test_tasks_of_a_process_share_one_event_loop(
    server: RedisServer, journal: Journal, start_team: StartTeam, pool: str
) -> None:
    start_team("--pool", pool, "--concurrency", "2")
    await engine_of(server).submit(
        [named("slow_code:on_one_loop", (f"[{number}]", "{}")) for number in range(20)]
    )
    journal.accepted += range(20)
    await journal.until_all()
    await journal.until(lambda: len(journal.events("later")) == 20, "the loop goes on")
    assert not journal.events("other")


async def test_what_cannot_be_queued_again_is_not_lost(
    server: RedisServer, journal: Journal, start_team: StartTeam
) -> None:
    start_team("--concurrency", "2")
    call = named("slow_code:fail_late", ("[1]", "{}"), retries=1, retry_delay=0.1)
    await engine_of(server).submit([call])
    journal.accepted += [1]
    await journal.until(lambda: journal.events("start")[1], "it runs")
    server.client.config_set("maxmemory", 1)
    await anyio.sleep(4)  # it has failed, and the server is full
    assert journal.events("start") == {1: 1}
    server.client.config_set("maxmemory", 0)
    await journal.until_all()
    assert journal.events("start") == {1: 2}


async def said(worker: WorkerProcess, journal: Journal, text: str) -> None:
    await journal.until(lambda: text in worker.log.read_text(), f"the worker says: {text}")


@pytest.mark.full
@pytest.mark.parametrize("killed", [True, False], ids=["killed", "asked to end"])
async def test_what_a_full_redis_did_not_record_is_made_up_for(
    server: RedisServer, journal: Journal, start_team: StartTeam, *, killed: bool
) -> None:
    worker = start_team("--concurrency", "1", redelivery=3)
    calls = [calling(journal_tasks.wait, number, 1.0) for number in range(10)]
    await engine_of(server).submit(calls)
    journal.accept(range(10), calls)
    await journal.until(journal.running, "it runs one")
    server.client.config_set("maxmemory", 1)
    await said(worker, journal, "if this worker dies")
    server.client.config_set("maxmemory", 0)
    if killed:
        await kill_between_records(
            worker,
            journal,
            lambda: recorded(server.client, "celery"),
            when=lambda: server.client.hlen("unacked") >= HELD,
        )
    else:
        assert worker.terminate() == 0
    assert journal.lost()
    start_team("--concurrency", "4", redelivery=3)
    await journal.until_all()


async def test_a_worker_warns_of_its_server(
    server: RedisServer, journal: Journal, start_team: StartTeam
) -> None:
    server.client.config_set("appendonly", "no")
    await said(start_team(), journal, "appendonly yes")
