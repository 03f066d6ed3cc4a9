"""Finds and runs a checker's program."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.checkers.model import CheckerError, Output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# From every thread: a signal reaches the main thread alone, which has to end them all.
_running: set[subprocess.Popen[bytes]] = set()


def find(checker: str, python: Path) -> Path:
    """Find a checker: beside the given interpreter, else beside our own, else on PATH.

    Raises:
        CheckerError: It is nowhere.
    """
    folders = [*_script_folders(python), *_script_folders(Path(sys.executable))]
    beside = shutil.which(checker, path=os.pathsep.join(map(str, folders)))
    found = beside or shutil.which(checker)
    if found is None:
        reason = (
            f"not found beside {python}, beside {sys.executable}, or on PATH. "
            f"Install it into the environment that is checked: pip install {checker}, "
            "or all six: pip install 'typed-bg[checkers]'"
        )
        raise CheckerError(checker, "missing", reason)
    return Path(found).absolute()


def is_installed(checker: str, python: Path) -> bool:
    """Tell whether a checker is found for an environment."""
    try:
        find(checker, python)
    except CheckerError:
        return False
    return True


def execute(
    checker: str,
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    timeout: float | None,
) -> Output:
    """Run a command to its end.

    Raises:
        CheckerError: It cannot be started, or takes longer than `timeout` seconds.
    """
    started = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603  # a checker, found by `find`
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # pyright is a Python script that starts node: a timeout must end both.
            start_new_session=True,
        )
    except OSError as error:
        raise CheckerError(
            checker, "missing", f"cannot be started: {error}", command=command
        ) from error
    _running.add(process)
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        written = _end(process).decode("utf-8", "replace")
        reason = f"still running after {timeout:g} seconds, so it was ended"
        raise CheckerError(checker, "timeout", reason, command=command, stderr=written) from error
    except BaseException:
        _end(process)
        raise
    finally:
        _running.discard(process)
    return Output(
        command=tuple(command),
        returncode=process.returncode,
        stdout=stdout.decode("utf-8", "replace"),
        stderr=stderr.decode("utf-8", "replace"),
        seconds=time.monotonic() - started,
    )


def end_running() -> None:
    """End every checker that runs now, in whatever thread; there it becomes an error."""
    for process in tuple(_running):
        _kill(process)


def _script_folders(python: Path) -> list[Path]:
    # Not resolved: a virtual environment's interpreter is a link out of it.
    folder = python.absolute().parent
    return [folder, folder / "Scripts"]  # the second for a Windows installation's own interpreter


def _end(process: subprocess.Popen[bytes]) -> bytes:
    _kill(process)
    _, stderr = process.communicate()
    return stderr


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, check=False, capture_output=True)  # noqa: S603
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
