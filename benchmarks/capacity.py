"""Measures how many tasks one Redis holds, and how fast they go in and out.

Print the tables: `python -m benchmarks.capacity [--tasks N] [--queued N] [--engine NAME]`. It
starts its own Redis, with an append-only file, web processes and workers. docs/engines.md
calculates with these figures.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import redis
from rich.console import Console
from rich.table import Table

from benchmarks import record
from benchmarks.capacity_tasks import START
from benchmarks.processes import end
from benchmarks.servers import redis_server

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from multiprocessing.synchronize import Barrier

NAMES = ("Docket", "Celery")
ARGUMENTS = ("ada@example.org", "Welcome", 3)
WEB_PROCESSES = (1, 2, 4)
WORKERS = (1, 2, 4, 8)
REQUESTS_AT_ONCE = 20
FILLERS = 2  # processes that fill a queue
PATIENCE = 1_800  # seconds


@dataclass(frozen=True)
class Rate:
    """How fast tasks went in or out.

    Attributes:
        tasks: Tasks per second.
        redis: The share of one core that Redis used.
    """

    tasks: float
    redis: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--tasks", type=int, default=20_000, help="the tasks of each rate")
    parser.add_argument("--queued", type=int, default=1_000_000, help="the tasks that fill Redis")
    parser.add_argument("--engine", action="append", choices=NAMES, help="default: both")
    asked = parser.parse_args()
    console = Console(width=110)
    console.print(record.versions("pydocket", "celery", "redis") + f", {os.cpu_count()} cores\n")
    for name in asked.engine or NAMES:
        with tempfile.TemporaryDirectory(prefix="typed_bg_bench_") as folder:
            console.print(going_in(name, Path(folder, "in"), asked.tasks))
            console.print(going_out(name, Path(folder, "out"), asked.tasks))
            console.print(queued(name, Path(folder, "queued"), asked.queued))


def going_in(name: str, folder: Path, tasks: int) -> Table:
    """Measure how fast web processes queue one task a request."""
    table = _table(f"{name}: queuing one task a request", "web processes")
    for processes in WEB_PROCESSES:
        with _redis(folder / str(processes)) as client:
            rate = _fill(client, name, tasks, processes, tasks_a_request=1)
            table.add_row(str(processes), f"{rate.tasks:,.0f}", f"{rate.redis:.0%}")
    return table


def going_out(name: str, folder: Path, tasks: int) -> Table:
    """Measure how fast workers with one process each run the tasks of a queue."""
    table = _table(f"{name}: running tasks that do nothing", "workers")
    for workers in WORKERS:
        with _redis(folder / str(workers)) as client:
            _fill(client, name, tasks, FILLERS, tasks_a_request=100)
            rate = _drain(client, name, folder / str(workers), tasks, workers)
            table.add_row(str(workers), f"{rate.tasks:,.0f}", f"{rate.redis:.0%}")
    return table


def queued(name: str, folder: Path, most: int) -> Table:
    """Measure how much of Redis' memory a queued task takes."""
    table = Table(title=f"{name}: memory of Redis", title_justify="left")
    for heading in ("queued tasks", "MB", "bytes per task", "bytes, resident"):
        table.add_column(heading, justify="right")
    with _redis(folder) as client:
        before, count = _memory(client), 0
        for total in dict.fromkeys((most // 100, most // 10, most)):
            _fill(client, name, total - count, FILLERS, tasks_a_request=100)
            count = total
            used, resident = (now - then for now, then in zip(_memory(client), before, strict=True))
            table.add_row(
                f"{count:,}",
                f"{used / 1e6:,.1f}",
                f"{used / count:,.0f}",
                f"{resident / count:,.0f}",
            )
    return table


def _fill(
    client: redis.Redis, name: str, tasks: int, processes: int, *, tasks_a_request: int
) -> Rate:
    """Queue tasks from several processes, which begin at the same time."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    counts = [len(range(number, tasks, processes)) for number in range(processes)]
    started = [
        context.Process(target=_queue, args=(name, count, tasks_a_request, ready))
        for count in counts
    ]
    for process in started:
        process.start()
    ready.wait(PATIENCE)
    began, cpu = time.perf_counter(), _cpu(client)
    for process in started:
        process.join(PATIENCE)
        if process.exitcode != 0:
            message = f"a process that queues tasks ended with {process.exitcode}"
            raise RuntimeError(message)
    seconds = time.perf_counter() - began
    return Rate(tasks / seconds, (_cpu(client) - cpu) / seconds)


def _queue(name: str, tasks: int, tasks_a_request: int, ready: Barrier) -> None:
    """Queue tasks as a web process does: requests at once, each with a collection of its own."""
    from benchmarks import capacity_tasks  # noqa: PLC0415  # with the environment of this process
    from typed_bg import BackgroundTasks  # noqa: PLC0415

    engine: Any = capacity_tasks.ENGINES[name]
    requests = iter(range(0, tasks, tasks_a_request))

    async def serve() -> None:
        for first in requests:
            collection = BackgroundTasks(engine=engine)
            for _ in range(min(tasks_a_request, tasks - first)):
                collection.add_task(capacity_tasks.send, *ARGUMENTS)
            await collection()

    async def main() -> None:
        async with engine:
            await asyncio.to_thread(ready.wait, PATIENCE)
            await asyncio.gather(*(serve() for _ in range(REQUESTS_AT_ONCE)))

    asyncio.run(main())


def _drain(client: redis.Redis, name: str, folder: Path, tasks: int, workers: int) -> Rate:
    """Start workers, and measure from when each has taken a task until all tasks have run."""
    ran = folder / "ran"
    ran.mkdir()
    environment = {**os.environ, "TYPED_BG_BENCH_RAN": str(ran)}
    with ExitStack() as stack:
        for number in range(workers):
            log = stack.enter_context((folder / f"worker_{number}.log").open("wb"))
            command = [sys.executable, "-m", *_worker(name, number)]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603
            stack.callback(end, process)
        _wait_until(lambda: len(_counts(ran)) == workers)
        began, cpu = time.perf_counter(), _cpu(client)
        (ran / START).touch()
        _wait_until(lambda: sum(_counts(ran)) >= tasks)
        seconds = time.perf_counter() - began
        return Rate(tasks / seconds, (_cpu(client) - cpu) / seconds)


def _worker(name: str, number: int) -> list[str]:
    if name == "Docket":
        return ["typed_bg", "worker", "benchmarks.capacity_tasks:docket", "--log-level", "warning"]
    return [
        *("celery", "-A", "benchmarks.capacity_tasks:celery", "worker", "--concurrency", "1"),
        *("--hostname", f"{number}@%h", "--without-mingle", "--without-gossip"),
    ]


def _counts(folder: Path) -> list[int]:
    """Return how many tasks each process has run."""
    return [path.stat().st_size for path in folder.glob("*.ran")]


def _wait_until(is_so: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > limit:
            message = f"the workers did not run all tasks in {PATIENCE} seconds: see their logs"
            raise RuntimeError(message)
        time.sleep(0.05)


@contextmanager
def _redis(folder: Path) -> Generator[redis.Redis]:
    """Run a Redis of its own, whose address all processes get that are started."""
    folder.mkdir(parents=True)
    with redis_server(folder) as url:
        os.environ["TYPED_BG_BENCH_REDIS"] = url
        yield redis.Redis.from_url(url)


def _memory(client: redis.Redis) -> tuple[int, int]:
    info: Any = cast("Any", client).info("memory")
    return int(info["used_memory"]), int(info["used_memory_rss"])


def _cpu(client: redis.Redis) -> float:
    info: Any = cast("Any", client).info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])


def _table(title: str, subject: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in (subject, "tasks per second", "Redis, of a core"):
        table.add_column(heading, justify="right")
    return table


if __name__ == "__main__":
    main()
