"""How a Docket worker ends: with grace, within its limit."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import anyio
import journal_tasks
import pytest
from harness import Journal, Start, calling, starting_workers
from kit_docket import KIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from servers import RedisServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def start_worker(journal: Journal, tmp_path: Path) -> Iterator[Start]:
    """Start a worker whose time to end is half of its redelivery time."""
    with starting_workers(KIT, journal, tmp_path) as start:
        yield start


async def test_a_task_that_takes_too_long_is_cancelled_and_runs_again(
    start_redis: Callable[..., RedisServer], journal: Journal, start_worker: Start
) -> None:
    url = start_redis().url
    worker = start_worker(url, redelivery=3)
    async with KIT.engine(url) as engine:
        await engine.submit([calling(journal_tasks.wait_or_clean_up, 1, 4.0)])
    await journal.until(journal.running, "it runs")
    assert worker.terminate() == 0
    assert journal.events("cleaned") == {1: 1}
    assert "tasks are still running" in worker.log.read_text()
    start_worker(url, redelivery=3)
    journal.accepted.append(1)
    await journal.until_all()


async def test_a_thread_that_takes_too_long_ends_with_its_process(
    start_redis: Callable[..., RedisServer], journal: Journal, start_worker: Start
) -> None:
    url = start_redis().url
    worker = start_worker(url, redelivery=3)
    async with KIT.engine(url) as engine:
        await engine.submit([calling(journal_tasks.wait_in_thread, 1, 4.0)])
    await journal.until(journal.running, "it runs")
    assert worker.terminate() == 1
    assert "The process ends anyway" in worker.log.read_text()
    start_worker(url, redelivery=3)
    journal.accepted.append(1)
    await journal.until_all()
    assert journal.events("start") == {1: 2}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_cuts_the_limit_short(
    start_redis: Callable[..., RedisServer], journal: Journal, start_worker: Start, number: Any
) -> None:
    url = start_redis().url
    worker = start_worker(url, redelivery=600)  # and 300 s for ending
    async with KIT.engine(url) as engine:
        await engine.submit([calling(journal_tasks.wait, 1, 500.0)])
    await journal.until(journal.running, "it runs")
    worker.process.send_signal(number)
    await anyio.sleep(1)
    assert worker.process.poll() is None
    worker.process.send_signal(number)
    assert worker.process.wait(30) == 0


async def test_a_worker_ends_while_the_server_is_down(
    start_redis: Callable[..., RedisServer], journal: Journal, start_worker: Start
) -> None:
    server = start_redis()
    worker = start_worker(server.url)
    async with KIT.engine(server.url) as engine:
        await engine.submit([calling(journal_tasks.wait, 1, 0.0)])
    await journal.until(lambda: journal.events("end"), "it works")
    server.kill()
    await anyio.sleep(1)
    assert worker.process.poll() is None
    assert worker.terminate() == 0
