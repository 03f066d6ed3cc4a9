"""uvicorn in a process group of its own, with a ledger and a log."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.soak.accounts import Account, account

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 120  # seconds
_ADDRESS = re.compile(r"Uvicorn running on (http://[\d.:]+)")


class Server:
    """The app of `benchmarks.soak.app`, served from processes of their own until it is closed."""

    def __init__(self, folder: Path, workers: int, limit: int | None) -> None:
        self._ledger = folder / "ledger.sqlite"
        self._log = folder / "log"
        command = [sys.executable, "-m", "uvicorn", "benchmarks.soak.app:app", "--no-access-log"]
        command += ["--host", "127.0.0.1", "--port", "0", "--workers", str(workers)]
        command += [] if limit is None else ["--timeout-graceful-shutdown", str(limit)]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  # this very interpreter
                command,
                env={**os.environ, "TYPED_BG_SOAK_LEDGER": str(self._ledger)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.url = self._wait_for_address(workers)

    def close(self) -> None:
        """End it, if it still runs."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def ask_to_end(self) -> None:
        """Send SIGTERM, as a deploy does."""
        self._process.terminate()

    def end(self) -> Account:
        """Wait until the server has ended, and account for its tasks."""
        self._process.wait(PATIENCE)
        return account(self._ledger, self._log.read_text(encoding="utf-8", errors="replace"))

    def _wait_for_address(self, workers: int) -> str:
        limit = time.monotonic() + PATIENCE
        while True:
            log = self._log.read_text(encoding="utf-8")
            address = _ADDRESS.search(log)
            if address and log.count("Application startup complete") == workers:
                return address[1]
            if self._process.poll() is not None or time.monotonic() > limit:
                self.close()
                message = f"uvicorn did not start:\n{log}"
                raise RuntimeError(message)
            time.sleep(0.05)
