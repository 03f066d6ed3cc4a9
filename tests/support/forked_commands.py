"""Runs `typed-bg` in processes forked from one that has imported it: most of a short run is that.

Each run has its own process, folder, environment, output and exit code. What happens while Python
starts is the same for all of them, so tests about that start the program itself.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.checkers import CHECKERS, CheckerError
from typed_bg.checkers.runner import version_in
from typed_bg.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ForkingServer:
    """A process that forks for each command. It ends with the process that made it."""

    def __init__(self) -> None:
        self._connection, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(  # noqa: S603  # this very interpreter
                [sys.executable, __file__, str(other.fileno())],
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        atexit.register(self._end)

    def _end(self) -> None:
        self._connection.close()
        self._process.wait()

    def run(
        self, words: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        with (
            tempfile.TemporaryFile() as request,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            request.write(json.dumps([list(words), str(cwd), dict(environment)]).encode())
            request.seek(0)
            files = [file.fileno() for file in (request, out, err)]
            socket.send_fds(self._connection, [b"."], files)
            self._connection.settimeout(timeout)
            try:
                status = self._connection.recv(100)
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
                raise
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(
                list(words), int(status), *(file.read().decode() for file in (out, err))
            )


def _serve(connection: socket.socket) -> None:
    """Fork for each command, and return in the process that is to run it."""
    while True:
        message, files, _, _ = socket.recv_fds(connection, 1, 3)
        if not message:
            os._exit(0)
        process = os.fork()
        if process == 0:
            connection.close()
            _become(*files)
            return
        for file in files:
            os.close(file)
        _, status = os.waitpid(process, 0)
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: int, out: int, err: int) -> None:
    """Have what a process that is started for the command has."""
    with open(request, encoding="utf-8") as file:  # it has no path
        sys.argv, cwd, environment = json.load(file)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # it depends on the environment


def _warm_up() -> None:
    """Import what a run imports, and ask the checkers for their versions."""
    sys.path.pop(0)  # this file's folder
    modules = ("typed_bg.check.reports.text", "typed_bg.cli.fix", "typed_bg.fix.commands")
    for module in modules:
        importlib.import_module(module)
    for checker in CHECKERS.values():
        with contextlib.suppress(CheckerError):  # it is not installed
            version_in(checker, Path(sys.executable))
    with (
        tempfile.TemporaryDirectory() as empty,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.suppress(SystemExit),
    ):
        sys.argv = ["typed-bg", "check", "--checker", "ty", empty]
        main()


if __name__ == "__main__":
    descriptor = int(sys.argv[1])
    _warm_up()
    _serve(socket.socket(fileno=descriptor))
    main()
