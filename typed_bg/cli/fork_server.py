"""A process that has imported what the commands need, and forks for each command.

The language server starts it, and a check then takes no time to import. Each command has a process
of its own, and each of these one that watches it. Processes of one command end with the connection
over which it was requested, however that ends: the editor may kill the language server.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys

_MODULES = (
    "typed_bg.check.accepted",
    "typed_bg.check.conclusions",
    "typed_bg.check.reports.json_report",
    "typed_bg.cli.check",
    "typed_bg.cli.fix",
    "typed_bg.fix.commands",
)
_FILES = 3  # of a command: its connection, stdout and stderr
_LONGEST = 1_000_000  # bytes of a request
_GRACE = 10.0  # seconds that a command has to remove what it wrote and to end its checkers


def serve(descriptor: int) -> None:
    """Fork for each command that is requested, and return in the process that is to run it.

    Args:
        descriptor: The file descriptor of a socket. Each message on it carries those of a command:
            of its connection, stdout and stderr. The process ends when the socket is closed.
    """
    for module in _MODULES:
        importlib.import_module(module)
    gc.freeze()  # else each command would copy all memory when it collects garbage
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system removes those that have ended
    requests = socket.socket(fileno=descriptor)
    while True:
        message, files, _, _ = socket.recv_fds(requests, 1, _FILES)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watch(*files)
            return
        for file in files:
            os.close(file)


def _watch(connection_file: int, stdout: int, stderr: int) -> None:
    """Start a command, send its exit code, and end it if the connection ends.

    Only the command's process returns.
    """
    connection = socket.socket(fileno=connection_file)
    request = connection.makefile("rb").readline(_LONGEST)
    if not request.endswith(b"\n"):
        os._exit(0)
    alive, held = os.pipe()
    command = os.fork()
    if command == 0:
        os.close(alive)
        connection.close()
        _become(json.loads(request), stdout, stderr)
        return
    for file in (held, stdout, stderr):
        os.close(file)
    ended, _, _ = select.select((alive, connection_file), (), ())
    if alive not in ended:
        os.kill(command, signal.SIGTERM)
        if not select.select((alive,), (), (), _GRACE)[0]:
            os.killpg(command, signal.SIGKILL)
    _, status = os.waitpid(command, 0)
    try:
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    finally:
        os._exit(0)


def _become(request: dict[str, list[str] | str], stdout: int, stderr: int) -> None:
    """Have what a process that is started for the command has."""
    os.setsid()
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.close(stdout)
    os.close(stderr)
    os.chdir(str(request["folder"]))
    sys.argv = ["typed-bg", *request["words"]]
