"""Measures the cost of queuing a task, and how fast workers run the tasks of a queue.

Print the tables: `python -m benchmarks.engines [--turns N] [--drains N] [--tasks N]`. It starts its
own Redis, with an append-only file, and workers. The contestants are measured in turns, and the
tables show medians.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import celery
import redis
from docket import Docket
from rich.console import Console
from rich.table import Table

from benchmarks import engine_tasks
from benchmarks.servers import redis_server, run_until_written
from typed_bg import BackgroundTasks
from typed_bg.background import new_task
from typed_bg.celery import CeleryEngine
from typed_bg.docket import DocketEngine
from typed_bg.engines import Engine, TaskCall, TaskOptions
from typed_bg.engines.argument_codec import codec_of
from typed_bg.engines.lookup import task_name
from typed_bg.engines.message import dumps

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    Step = Callable[[], Awaitable[object]]

CALLS_A_TURN = 25
INVOICE = engine_tasks.Invoice(17, "ada@example.org", 1999, date(2026, 11, 24))
CALLS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "three plain arguments": (engine_tasks.send, ("ada@example.org", "Welcome", 3)),
    "a dataclass": (engine_tasks.bill, (INVOICE,)),
}
PACKAGES = ("pydocket", "celery", "taskiq", "taskiq-redis", "redis")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--turns", type=int, default=200, help="how often to measure each call")
    parser.add_argument("--drains", type=int, default=3, help="how often to drain each queue")
    parser.add_argument("--tasks", type=int, default=5_000, help="the number of tasks in a queue")
    asked = parser.parse_args()
    if shutil.which("redis-server") is None:
        sys.exit("redis-server is not installed: apt-get install redis-server")
    console = Console(width=110)
    console.print(", ".join(f"{name} {version(name)}" for name in PACKAGES) + "\n")
    with (
        tempfile.TemporaryDirectory(prefix="typed_bg_bench_") as folder,
        redis_server(Path(folder)) as url,
    ):
        console.print(anyio.run(handing_over_to_docket, url, asked.turns))
        console.print(anyio.run(handing_over_to_celery, url, asked.turns))
        console.print(draining(url, Path(folder), asked.drains, asked.tasks))


async def handing_over_to_docket(url: str, turns: int) -> Table:
    """Queue one task at a time, with typed_bg and with Docket's own call."""
    table = _hand_over_table("Docket's own")
    async with DocketEngine(url) as engine, Docket("bench", url) as docket:
        for subject, (func, args) in CALLS.items():

            async def own(func: Any = func, args: Any = args) -> None:
                await docket.add(func)(*args)

            row = await _row(engine, (func, args), own, url=url, turns=turns)
            table.add_row(subject, *row)
    return table


async def handing_over_to_celery(url: str, turns: int) -> Table:
    """Do the same with Celery, whose blocking call runs in a thread, as async code must call it."""
    table = _hand_over_table("Celery's own")
    app = celery.Celery("bench", broker=url, set_as_current=False)
    app.conf.task_ignore_result = True
    async with CeleryEngine(broker=url) as engine:
        for subject, (func, args) in CALLS.items():
            task: Any = app.task(name=func.__name__)(func)
            plain = args if subject != "a dataclass" else (_as_json(INVOICE),)

            async def own(task: Any = task, plain: Any = plain) -> None:
                await anyio.to_thread.run_sync(task.apply_async, plain)

            async def blocking(task: Any = task, plain: Any = plain) -> None:
                task.apply_async(plain)

            call = func, args
            row = await _row(engine, call, own, url=url, turns=turns)
            table.add_row(f"{subject}; Celery in a thread", *row)
            row = await _row(engine, call, blocking, url=url, turns=turns)
            table.add_row(f"{subject}; Celery blocks the event loop", *row)
    return table


def draining(url: str, folder: Path, drains: int, tasks: int) -> Table:
    """Queue tasks, start one worker process, and measure from the first task to the last."""
    ours = [_script("typed-bg"), "worker", "benchmarks.engine_tasks:engine"]
    dockets = [_script("docket"), "worker", "--docket", "bench", "--url", url]
    dockets += ["--tasks", "benchmarks.engine_tasks:docket_tasks"]
    taskiqs = [_script("taskiq"), "worker", "--workers", "1"]
    contestants: dict[str, tuple[Callable[[int], Awaitable[None]], list[str]]] = {
        "typed-bg worker": (partial(_queue_ours, url), ours),
        "Docket's command": (partial(_queue_docket, url), dockets),
        "taskiq, RedisStreamBroker": (
            partial(_queue_taskiq, url, "streams"),
            [*taskiqs, "benchmarks.engine_tasks:streams"],
        ),
        "taskiq, ListQueueBroker (loses tasks when killed)": (
            partial(_queue_taskiq, url, "lists"),
            [*taskiqs, "benchmarks.engine_tasks:lists"],
        ),
    }
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    result = folder / "seconds"
    environment = {
        **os.environ,
        "TYPED_BG_BENCH_REDIS": url,
        "TYPED_BG_BENCH_RESULT": str(result),
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    for _ in range(drains):
        for name, (queue, command) in contestants.items():
            redis.Redis.from_url(url).flushdb()
            anyio.run(queue, tasks)
            seconds = run_until_written(command, environment, folder / "worker.log", result)
            rates[name].append((tasks - 1) / float(seconds))
    table = Table(title=f"draining {tasks:,} tasks, one worker process, defaults")
    table.title_justify = "left"
    table.add_column("worker")
    for heading in ("tasks per second", "slowest", "fastest"):
        table.add_column(heading, justify="right")
    for name, measured in rates.items():
        shown = (statistics.median(measured), min(measured), max(measured))
        table.add_row(name, *(f"{rate:,.0f}" for rate in shown))
    return table


async def _row(
    engine: Engine,
    call: tuple[Callable[..., Any], tuple[Any, ...]],
    own: Step,
    *,
    url: str,
    turns: int,
) -> list[str]:
    """Measure a whole call, its parts and the engine's own call."""
    func, args = call

    tasks = BackgroundTasks(engine=engine)  # a request has a collection with or without an engine

    async def whole() -> None:
        tasks.tasks.clear()
        tasks.add_task(func, *args)
        await tasks()

    async def adding() -> None:
        tasks.tasks.clear()
        tasks.add_task(func, *args)

    async def checking() -> None:
        new_task(func, args, {})

    async def encoding() -> None:
        codec_of(func).encode(args, {})

    async def submitting() -> None:
        call_id = uuid.uuid4().hex
        payload = dumps(call_id, name, arguments, {}, {})
        await engine.submit([TaskCall(call_id, name, payload, options)])

    name, arguments, options = task_name(func), codec_of(func).encode(args, {}), TaskOptions()
    steps: Sequence[Step] = (own, whole, submitting, adding, encoding, checking)
    client = redis.Redis.from_url(url)
    seconds: list[list[float]] = [[] for _ in steps]
    for _ in range(turns + 1):
        for step, measured in zip(steps, seconds, strict=True):
            began = time.perf_counter()
            for _ in range(CALLS_A_TURN):
                await step()
            measured.append((time.perf_counter() - began) / CALLS_A_TURN)
            client.flushdb()
    medians = [statistics.median(measured[1:]) for measured in seconds]  # the first turn warms up
    ratio = statistics.median(
        b / a for a, b in zip(*(times[1:] for times in seconds[:2]), strict=True)
    )
    return [*(f"{median * 1e6:,.1f}" for median in medians), f"{ratio:.2f}x"]


def _hand_over_table(own: str) -> Table:
    table = Table(title="queuing one task, microseconds", title_justify="left")
    table.add_column("arguments")
    for heading in (own, "typed_bg", "= submit", "+ add_task", "JSON part", "check part", "ratio"):
        table.add_column(heading, justify="right")
    return table


async def _queue_ours(url: str, tasks: int) -> None:
    async with DocketEngine(url) as engine:
        for first in range(0, tasks, 100):
            collection = BackgroundTasks(engine=engine)
            for number in range(first, min(first + 100, tasks)):
                collection.add_task(engine_tasks.count, number, tasks)
            await collection()


async def _queue_docket(url: str, tasks: int) -> None:
    async with Docket("bench", url) as docket:
        for number in range(tasks):
            await docket.add(engine_tasks.count)(number, tasks)


async def _queue_taskiq(url: str, name: str, tasks: int) -> None:
    broker = engine_tasks.brokers(url)[name]
    task: Any = broker.find_task("count")
    await broker.startup()
    for number in range(tasks):
        await task.kiq(number, tasks)
    await broker.shutdown()


def _as_json(invoice: engine_tasks.Invoice) -> dict[str, object]:
    return {**vars(invoice), "due": invoice.due.isoformat()}


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


if __name__ == "__main__":
    main()
