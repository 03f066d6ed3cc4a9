"""What the workers of the tests run: each task writes into a file that it started and ended."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

import typed_bg

JOURNAL = "TYPED_BG_TEST_JOURNAL"


def note(event: str, number: int) -> None:
    """Append a line, in one write: many processes append at a time."""
    line = f"{event} {number} {os.getpid()} {time.time():.3f}\n"
    file = os.open(Path(os.environ[JOURNAL]), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


def starts(number: int) -> int:
    """Count how often a task started."""
    lines = Path(os.environ[JOURNAL]).read_text().splitlines()
    return sum(line.startswith(f"start {number} ") for line in lines)


async def wait(number: int, seconds: float) -> None:
    note("start", number)
    await asyncio.sleep(seconds)
    note("end", number)


async def wait_or_clean_up(number: int, seconds: float) -> None:
    try:
        await wait(number, seconds)
    except asyncio.CancelledError:
        note("cleaned", number)
        raise


def wait_in_thread(number: int, seconds: float) -> None:
    note("start", number)
    time.sleep(seconds)
    note("end", number)


async def fail(number: int, times: int) -> None:
    """Fail so many times, then end."""
    note("start", number)
    if starts(number) <= times:
        message = f"no {number}"
        raise RuntimeError(message)
    note("end", number)


async def leave(number: int) -> None:
    note("start", number)
    raise SystemExit(number)


async def die(number: int) -> None:
    note("start", number)
    os.kill(os.getpid(), signal.SIGKILL)


async def await_cancelled(number: int) -> None:
    note("start", number)
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


async def fail_without_pickle(number: int) -> None:
    note("start", number)
    error = RuntimeError(f"no {number}")
    error.lock = threading.Lock()  # type: ignore[attr-defined]
    raise error


@typed_bg.task(name="sleep")  # as one of Docket's own tasks is called
async def named_sleep(number: int) -> None:
    note("end", number)
