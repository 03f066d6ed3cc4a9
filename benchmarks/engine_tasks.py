"""The tasks and brokers that the workers of `benchmarks.engines` import."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import date  # noqa: TC003  # pydantic evaluates it
from pathlib import Path
from typing import TYPE_CHECKING

from taskiq_redis import ListQueueBroker, RedisStreamBroker

from typed_bg.docket import DocketEngine

if TYPE_CHECKING:
    from taskiq import AsyncBroker

URL = os.environ.get("TYPED_BG_BENCH_REDIS", "redis://127.0.0.1:6379/0")
RESULT = os.environ.get("TYPED_BG_BENCH_RESULT", "")

_began: list[float] = []


@dataclass(frozen=True)
class Invoice:
    """An argument with types that JSON does not have."""

    number: int
    email: str
    cents: int
    due: date


async def send(to: str, subject: str, retries: int = 3) -> None:
    """Take plain arguments."""


async def bill(invoice: Invoice) -> None:
    """Take a dataclass."""


async def count(number: int, total: int) -> None:  # noqa: ARG001  # a typical task has arguments
    """Count the tasks of this process. The last one writes the seconds since the first."""
    _began.append(time.perf_counter())
    if len(_began) == total:
        Path(RESULT).write_text(f"{_began[-1] - _began[0]}", encoding="utf-8")  # noqa: ASYNC240


def brokers(url: str) -> dict[str, AsyncBroker]:
    """Create taskiq's brokers, each with a counting task."""
    made: dict[str, AsyncBroker] = {
        "streams": RedisStreamBroker(url),
        "lists": ListQueueBroker(url),
    }
    for broker in made.values():

        async def counting(number: int, total: int) -> None:  # taskiq renames the function
            await count(number, total)

        broker.register_task(counting, task_name="count")
    return made


engine = DocketEngine(URL)
docket_tasks = [count]
streams, lists = brokers(URL).values()
