"""Runs a command of `typed-bg` in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.check.results.steps import VARIABLE, read_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from typed_bg.lsp.projects import EditorOptions

# The current folder is the project's: no module of it may be imported instead of another.
_PROGRAM = (
    "import sys; sys.path = [folder for folder in sys.path if folder]; "
    "from typed_bg.cli import main; main()"
)
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


async def run_command(
    root: Path, words: Sequence[str], on_step: Callable[[str], None]
) -> CommandOutput:
    """Run a command in the root of a project. If the task is cancelled, the command is ended.

    Args:
        root: The folder to run it in.
        words: The command's name, options and arguments.
        on_step: Called with the names of the steps that run now, when they change.

    Raises:
        OSError: It could not be started, such as because the folder is missing.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PROGRAM, *words),
        cwd=root,
        env={**os.environ, VARIABLE: "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=_LONGEST_LINE,
    )
    assert process.stdout and process.stderr  # noqa: S101, PT018  # both are pipes
    try:
        report, errors = await asyncio.gather(
            process.stdout.read(), _read_errors(process.stderr, on_step)
        )
        return CommandOutput(await process.wait(), report, errors)
    except BaseException:
        _kill(process)
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


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a command and the checkers that it started."""
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
