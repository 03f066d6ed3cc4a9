"""Runs commands of `typed-bg`, each in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.check.results.steps import VARIABLE, read_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from typed_bg.lsp.projects import EditorOptions

# The current folder can be a project's: no module of it may be imported instead of another.
_PATH = "import sys; sys.path = [folder for folder in sys.path if folder]"
_MAIN = "from typed_bg.cli import main; main()"
_SERVE = "from typed_bg.cli.fork_server import serve; serve(int(sys.argv[1]))"
_LONGEST_LINE = 2**20


@dataclass(frozen=True)
class CommandOutput:
    """What a command wrote.

    Attributes:
        returncode: Its exit code.
        report: Its standard output.
        errors: Its standard error, without the steps.
    """

    returncode: int
    report: bytes
    errors: str


class Commands:
    """Runs commands.

    Importing what a command needs takes longer than most checks. So a process does that once, and
    is forked for each command (`cli/fork_server.py`). Windows cannot fork.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._forking: asyncio.subprocess.Process | None = None
        self._requests: socket.socket | None = None

    async def run(
        self, root: Path, words: Sequence[str], on_step: Callable[[str], None]
    ) -> CommandOutput:
        """Run a command in the root of a project. If the task is cancelled, the command is ended.

        Args:
            root: The folder to run it in.
            words: The command's name, options and arguments.
            on_step: Called with the names of the steps that run now, when they change.

        Raises:
            OSError: It could not be started, such as because the folder is missing.
        """
        if sys.platform == "win32":
            return await _run_new(root, words, on_step)
        await asyncio.to_thread(root.stat)
        ours, others = zip(*(socket.socketpair() for _ in range(3)), strict=True)
        try:
            await self._request([other.fileno() for other in others])
        finally:
            for other in others:
                other.close()
        streams = [await asyncio.open_connection(sock=end, limit=_LONGEST_LINE) for end in ours]
        exit_code, stdout, stderr = [reader for reader, _ in streams]
        request = json.dumps({"folder": str(root), "words": list(words)})
        try:
            streams[0][1].write(f"{request}\n".encode())
            report, errors, code = await asyncio.gather(
                stdout.read(), _read_errors(stderr, on_step), exit_code.read()
            )
        finally:
            for _, writer in streams:
                writer.close()  # this ends the command if it still runs
        return CommandOutput(int(code or -signal.SIGKILL), report, errors)

    async def close(self) -> None:
        """End the process that forks. Commands end when their tasks are cancelled."""
        if self._requests is not None:
            self._requests.close()
        if self._forking is not None:
            await self._forking.wait()

    async def _request(self, files: list[int]) -> None:
        """Have a command forked. Start the process that forks if none runs."""
        if self._requests is not None:
            try:
                socket.send_fds(self._requests, [b"."], files)
            except OSError:  # it was killed
                await self.close()
            else:
                return
        self._requests, other = socket.socketpair()
        with other:
            self._forking = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", f"{_PATH}; {_SERVE}; {_MAIN}", str(other.fileno())),
                env={**os.environ, VARIABLE: "1"},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=[other.fileno()],
                start_new_session=True,
            )
        socket.send_fds(self._requests, [b"."], files)


async def _run_new(
    root: Path, words: Sequence[str], on_step: Callable[[str], None]
) -> CommandOutput:
    """Run a command in a process that is started for it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"{_PATH}; {_MAIN}", *words),
        cwd=root,
        env={**os.environ, VARIABLE: "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    assert process.stdout and process.stderr  # noqa: S101, PT018  # both are pipes
    try:
        report, errors = await asyncio.gather(
            process.stdout.read(), _read_errors(process.stderr, on_step)
        )
        return CommandOutput(await process.wait(), report, errors)
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        raise


async def _read_errors(stream: asyncio.StreamReader, on_step: Callable[[str], None]) -> str:
    """Report the steps, and return the rest."""
    running: dict[str, None] = {}
    rest: list[str] = []
    async for raw in stream:
        line = raw.decode(errors="replace")
        step = read_step(line)
        if step is None:
            rest.append(line)
            continue
        if step.outcome is None:
            running[step.name] = None
        else:
            running.pop(step.name, None)
        if running:
            on_step(", ".join(running))
    return "".join(rest).strip()


def options_of(options: EditorOptions, names: Sequence[str]) -> list[str]:
    """Return what the editor sets as options of a command that has some of them."""
    settings = options.settings
    given = {
        "--checker": settings.checkers,
        "--also": settings.also,
        "--import-root": settings.import_root,
        "--python": (settings.python,) if settings.python else (),
    }
    return [word for name in names for value in given[name] or () for word in (name, value)]
