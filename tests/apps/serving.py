"""uvicorn in a process of its own, and the reports of the tasks that it runs."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

    from starlette.applications import Starlette
    from typing_extensions import Self

APPS = Path(__file__).parent

# Far more than anything here takes: a test that waits so long has failed.
PATIENCE = 60  # seconds


class Reports:
    """A socket to which each task connects to say that it has started."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def next(self) -> Report:
        """Wait for a task to report."""
        connection, _ = self._listener.accept()
        connection.settimeout(PATIENCE)
        return Report(connection)

    def names(self, count: int) -> list[str]:
        """Wait for so many tasks that report and end."""
        names: list[str] = []
        for _ in range(count):
            with self.next() as report:
                names.append(report.name)
        return names


class Report:
    """A task that has started, and may wait to be let go."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.name = connection.recv(100).decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def let_go(self) -> str:
        """Release a task that waits, and return its next message."""
        self._connection.sendall(b"go")
        return self.ending()

    def ending(self) -> str:
        """Wait for the task's last word; a task that is cancelled has none."""
        try:
            return self._connection.recv(100).decode()
        except ConnectionResetError:
            return ""


class Server:
    """A uvicorn process on a port that the system chose."""

    def __init__(self, app: str, reports: Reports, *options: str) -> None:
        command = [sys.executable, "-m", "uvicorn", app, "--app-dir", str(APPS)]
        command += ["--host", "127.0.0.1", "--port", "0", "--no-access-log", *options]
        environment = {**os.environ, "REPORTS_PORT": str(reports.port), "PYTHONUNBUFFERED": "1"}
        self.output = ""
        self._process = subprocess.Popen(  # noqa: S603  # this very interpreter
            command,
            env=environment,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        # Its end is the end of its output, so that no read waits for ever.
        self._watchdog = threading.Timer(PATIENCE, self._process.kill)
        self._watchdog.start()
        try:
            self.url = re.findall(r"http://[\d.:]+", self.wait_for("Uvicorn running on"))[0]
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._watchdog.cancel()
        self._process.communicate()

    def wait_for(self, text: str) -> str:
        """Read the server's output up to the line that holds `text`, and return that line."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output += line
            if text in line:
                return line
        message = f"the server ended without saying {text!r}, but:\n{self.output}"
        raise AssertionError(message)

    def ask_to_stop(self) -> None:
        """Send the signal that a service manager sends."""
        self._process.send_signal(signal.SIGTERM)

    def wait_for_end(self) -> str:
        """Wait until the server ends on its own, and return all of its output."""
        output, _ = self._process.communicate(timeout=PATIENCE)
        self.output += output
        assert self._process.returncode in {0, -signal.SIGTERM}, self.output
        return self.output


@contextlib.contextmanager
def serve_in_thread(app: Starlette, log_level: str = "warning") -> Generator[str, None, None]:
    """Serve an app from a thread of this process, and end that properly.

    Yields:
        The server's address.
    """
    server = uvicorn.Server(uvicorn.Config(app, log_level=log_level))
    with socket.create_server(("127.0.0.1", 0)) as listener:  # a request may come before uvicorn
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
    assert not thread.is_alive()
