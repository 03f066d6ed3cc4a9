"""The engines and the task that the processes of `benchmarks.capacity` share."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typed_bg.celery import CeleryEngine
from typed_bg.docket import DocketEngine

if TYPE_CHECKING:
    from celery import Celery

URL = os.environ.get("TYPED_BG_BENCH_REDIS", "redis://127.0.0.1:6379/0")
RAN = os.environ.get("TYPED_BG_BENCH_RAN", ".")

docket = DocketEngine(URL)
_celery = CeleryEngine(broker=URL)
celery: Celery[Any] = _celery.app
ENGINES = {"Docket": docket, "Celery": _celery}
START = "start"  # the file in RAN for which all tasks wait

_files: dict[int, int] = {}
_has_started: set[int] = set()  # the processes that have seen it


async def send(to: str, subject: str, retries: int = 3) -> None:  # noqa: ARG001  # as a typical task
    """Write one byte to the file of this process, whose size is the number of its tasks."""
    process = os.getpid()
    if process not in _files:
        path = Path(RAN, f"{process}.ran")
        _files[process] = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    while process not in _has_started:
        if Path(RAN, START).exists():  # noqa: ASYNC240  # another process makes it
            _has_started.add(process)
        else:
            await asyncio.sleep(0.05)
    os.write(_files[process], b".")
