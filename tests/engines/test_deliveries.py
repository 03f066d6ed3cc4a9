"""A task that kills its worker each time, and a worker's errors that name the handler's line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest
from harness import Journal, Kit, Start, calling, opened
from journal_tasks import die, wait

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from servers import RedisServer

pytestmark = pytest.mark.anyio


def logged(folder: Path) -> str:
    """Return what the workers have logged."""
    return "".join(log.read_text() for log in folder.glob("*.log"))


async def test_a_task_whose_process_dies_each_time_is_set_aside_and_named(
    kit: Kit,
    start_redis: Callable[..., RedisServer],
    start_worker: Start,
    journal: Journal,
    tmp_path: Path,
) -> None:
    server = start_redis("--appendonly", "yes")
    async with opened(kit.engine(server.url)) as engine:
        await engine.submit([calling(die, 1)])
        worker = start_worker(server.url, redelivery=1, concurrency=1)
        with anyio.fail_after(150):
            while "delivered 5 times" not in logged(tmp_path):
                if worker.process.poll() is not None:  # Docket's has no process of its own for it
                    worker = start_worker(server.url, redelivery=1, concurrency=1)
                await anyio.sleep(0.1)
        await engine.submit([calling(wait, 2, 0.0)])
        journal.accepted += [2]
        await journal.until_all()
        await anyio.sleep(2)
    assert journal.events("start") == {1: 5, 2: 1}
    assert "journal_tasks:die was delivered 5 times" in logged(tmp_path)
