"""Starts a Redis and worker processes for the benchmarks."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import redis

from benchmarks.processes import end

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

PATIENCE = 120  # seconds


@contextmanager
def redis_server(folder: Path) -> Generator[str]:
    """Run a Redis that keeps accepted tasks on disk, on a free local port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    command += ["--appendonly", "yes", "--save", ""]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
    try:
        client = redis.Redis(port=port)
        limit = time.monotonic() + PATIENCE
        while not _answers(client):
            if process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError((folder / "redis.log").read_text())
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def run_until_written(
    command: Sequence[str], environment: Mapping[str, str], log: Path, result: Path
) -> str:
    """Run a worker until one of its tasks has written a file, and return the contents."""
    result.unlink(missing_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)  # noqa: S603
    try:
        limit = time.monotonic() + PATIENCE
        while not (result.exists() and (text := result.read_text(encoding="utf-8"))):
            if process.poll() is not None or time.monotonic() > limit:
                message = f"{' '.join(command)} did not run all tasks:\n{log.read_text()[-4000:]}"
                raise RuntimeError(message)
            time.sleep(0.05)
        return text
    finally:
        end(process)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
