"""A real Redis for the tests, started, frozen, killed and ended by its own process id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
import redis

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 30  # seconds


def redis_or_skip() -> str:
    """Return the path of redis-server; without one tests fail in CI, and are skipped elsewhere."""
    if found := shutil.which("redis-server"):
        return found
    why = "redis-server is not installed: apt-get install redis-server"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class RedisServer:
    """A redis-server on a loopback port of its own, with its data in a folder of its own."""

    def __init__(self, folder: Path, *options: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [redis_or_skip(), "--port", str(self.port), "--bind", "127.0.0.1"]
        # By default, Redis may answer before it has written, while the disk is busy with the last
        # second: what it accepted then would be lost if it is killed.
        self._command += ["--appendfsync", "always"]
        self._command += ["--dir", str(folder), "--save", "", *options]
        self._log = folder / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.client = redis.Redis(port=self.port)

    def start(self) -> RedisServer:
        """Start it, and wait until it takes commands."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)  # noqa: S603
        limit = time.monotonic() + PATIENCE
        while True:
            if self._process.poll() is not None or time.monotonic() > limit:
                self.kill()
                pytest.fail(f"redis-server did not start:\n{self._log.read_text()}")
            try:
                self.client.ping()
            except redis.RedisError:
                time.sleep(0.02)
            else:
                return self

    def freeze(self) -> None:
        """Stop it from running, with its connections open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE)
        self.client.connection_pool.disconnect()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
