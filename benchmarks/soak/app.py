"""The app under load: each request adds three tasks, and a ledger says which were added and ran."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time

import anyio
import fastapi

from typed_bg.fastapi import BackgroundTasks, task_options

FAILS_EVERY = 100  # requests
PATIENCE_MS = 60_000

_opened = threading.local()


def ledger() -> sqlite3.Connection:
    """Return this thread's connection to the ledger."""
    connection: sqlite3.Connection | None = getattr(_opened, "connection", None)
    if connection is None:
        connection = sqlite3.connect(os.environ["TYPED_BG_SOAK_LEDGER"], isolation_level=None)
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE IF NOT EXISTS events (event TEXT, task TEXT)")
        _opened.connection = connection
    return connection


def note(event: str, *tasks: str) -> None:
    """Write an event of some tasks in one transaction."""
    values = ", ".join(["(?, ?)"] * len(tasks))
    row = [value for task in tasks for value in (event, task)]
    ledger().execute(f"INSERT INTO events VALUES {values}", row)  # noqa: S608  # only placeholders


def work_in_thread(name: str, seconds: float) -> None:
    """Be a `def` task."""
    time.sleep(seconds)
    note("done", name)


async def work(name: str, seconds: float) -> None:
    """Be an `async def` task."""
    await anyio.sleep(seconds)
    note("done", name)


async def fail(name: str) -> None:
    """Be a task that fails."""
    message = f"{name} fails"
    raise RuntimeError(message)


logging.basicConfig(level=logging.INFO)  # the tasks of a request that failed are named at INFO
app = fastapi.FastAPI(dependencies=[task_options(on_error="continue")])


@app.post("/{number}")
async def handler(number: int, tasks: BackgroundTasks, seconds: float = 0) -> None:
    """Add three tasks."""
    first, second, third = names = [f"r{number}-{kind}" for kind in ("def", "async", "last")]
    tasks.add(work_in_thread, name=first)(first, seconds)
    tasks.add(work, name=second)(second, seconds)
    if number % FAILS_EVERY:
        tasks.add(work, name=third)(third, seconds)
    else:
        tasks.add(fail, name=third)(third)
    note("added", *names)
