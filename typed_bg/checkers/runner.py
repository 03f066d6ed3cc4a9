"""Runs a checker and believes it only when it did its work."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.checkers.base import CheckerRequest, Reading
from typed_bg.checkers.columns import SourceLines
from typed_bg.checkers.model import CheckerError, Diagnostic, Output, Run, require_valid
from typed_bg.checkers.pipe_reader import PipeReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typed_bg.checkers.base import Checker
    from typed_bg.checkers.model import Failure, Profile


_VERSION = re.compile(r"\d+\.\d+[\w.+-]*")
_VERSION_TIMEOUT = 60
# A hundred thousand diagnostics take some 50 MB.
_MAX_STDOUT = 200_000_000
_MAX_STDERR = 1_000_000
_SAFE_PATH_SINCE = (3, 11)  # PYTHONSAFEPATH
_MOMENT = 0.1
_GRACE = 1.0

# What a parser raises about output in another form than the checker's.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)

# Settings that reach a checker past its command line and its config file.
_SETTINGS = ("MYPYPATH", "MYPY_CACHE_DIR", "TY_CONFIG_FILE", "PYREFLY_CONFIG", "PYREFLY_THREADS")
# They would put escape sequences into the output.
_COLOURS = ("FORCE_COLOR", "CLICOLOR_FORCE", "MYPY_FORCE_COLOR", "PYREFLY_COLOR")


def run(  # noqa: PLR0913  # each is a setting of its own, given by name
    checker: Checker,
    root: Path,
    *,
    paths: Sequence[str] = (".",),
    python: Path,
    profile: Profile = "project",
    python_version: str | None = None,
    cache_dir: Path | None = None,
    search: Sequence[Path] = (),
    bases: Sequence[Path] = (),
    config: Path | None = None,
    timeout: float | None = 600,
    trusted: bool = True,
) -> Run:
    """Run a checker once, or as often as it takes to check files that it cannot check together.

    Args:
        checker: One of `typed_bg.checkers.CHECKERS`.
        root: The folder to run it in, from which it finds config and first-party modules.
        paths: What to check, from `root`; nothing leaves the choice to the config.
        python: The interpreter of the environment whose packages the code imports.
        profile: Whether to use the project's config, or none: see `Profile`.
        python_version: The version whose syntax and library to assume, such as `3.13`. None leaves
            the choice to the checker.
        cache_dir: A folder for mypy's cache, outside of `root`. None runs it without one. The
            others keep none.
        search: Folders that the environment looks into before its own, as by `PYTHONPATH`.
        bases: More folders in which it looks for top-level modules. pyrefly forgets those of its
            config for them, and with a project's config, pyright and basedpyright take theirs from
            `config` alone.
        config: The config that pyright or basedpyright uses instead of the project's.
        timeout: How long to wait for one process, in seconds. None waits for ever.
        trusted: Whether the checker may run what the project's config names, such as plugins.

    Returns:
        The run, with its diagnostics in the order of their places.

    Raises:
        CheckerError: The checker did not look at the code, or there is doubt whether it did.
    """
    root, python = root.resolve(), python.absolute()
    _require_interpreter(checker, python)
    if not trusted:
        _require_safe_path(checker, python)
    program = find(checker.name, python)
    with (
        tempfile.TemporaryDirectory(prefix="typed_bg_") as scratch,
        ThreadPoolExecutor(1) as beside,
    ):
        version = beside.submit(version_of, checker, program)
        batches = list(checker.batches(root, paths))
        request = CheckerRequest(
            root=root,
            paths=tuple(paths),
            python=python,
            profile=profile,
            python_version=python_version,
            # mypy's cache takes two files of one name and one content for one.
            cache_dir=cache_dir if len(batches) == 1 else None,
            scratch=Path(scratch),
            bases=tuple(bases),
            config=config,
            trusted=trusted,
        )
        start = _Start(checker, program, version.result, search, timeout)
        return _merged([_run_batch(start, replace(request, paths=batch)) for batch in batches])


@dataclass(frozen=True, slots=True)
class _Start:
    """The options that all processes of a run share."""

    checker: Checker
    program: Path
    version: Callable[[], str]
    """Waits for the version: its process runs beside the others."""
    search: Sequence[Path]
    timeout: float | None


def _run_batch(start: _Start, request: CheckerRequest) -> Run:
    """Run a process, and again in another way if that avoids what stopped it."""
    checker, notes, seconds = start.checker, list[str](), 0.0
    while True:
        for name, text in checker.scratch_files(request).items():
            (request.scratch / name).write_text(text, encoding="utf-8")
        output = execute(
            checker.name,
            [str(start.program), *checker.arguments(request)],
            cwd=request.root,
            environment={
                **_environment(request.profile, start.search),
                **checker.variables(request),
            },
            timeout=start.timeout,
        )
        seconds += output.seconds
        other = None
        with contextlib.suppress(*_UNREADABLE):  # `_read` reports it
            other = checker.retry(request, output)
        if other is None:
            break
        request, note = other
        notes.append(note)
    version = start.version()
    diagnostics = _read(checker, output, Reading(request.root, version, SourceLines()))
    return Run(
        checker=checker.name,
        version=version,
        command=output.command,
        diagnostics=tuple(sorted(diagnostics, key=Diagnostic.order)),
        warnings=tuple(line for line in output.stderr.splitlines() if line.strip()),
        seconds=seconds,
        returncode=output.returncode,
        notes=tuple(notes),
    )


def _merged(runs: Sequence[Run]) -> Run:
    """Make one run of several, each of which may report what the others report as well."""
    first, *others = runs
    if not others:
        return first
    diagnostics = {item for run in runs for item in run.diagnostics}
    return replace(
        first,
        diagnostics=tuple(sorted(diagnostics, key=Diagnostic.order)),
        warnings=tuple(dict.fromkeys(item for run in runs for item in run.warnings)),
        seconds=sum(run.seconds for run in runs),
        returncode=max(run.returncode for run in runs),
        notes=tuple(dict.fromkeys(item for run in runs for item in run.notes)),
    )


def version_in(checker: Checker, python: Path) -> str:
    """Return the version of the checker that is used for an environment."""
    return version_of(checker, find(checker.name, python))


@functools.cache
def version_of(checker: Checker, program: Path) -> str:
    """Return the version that a checker's program reports.

    Raises:
        CheckerError: It does not say.
    """
    output = execute(
        checker.name,
        [str(program), "--version"],
        cwd=program.parent,
        environment=_environment("default"),
        timeout=_VERSION_TIMEOUT,
    )
    found = _VERSION.search(output.stdout)
    if output.returncode != 0 or found is None:
        raise _error(checker, output, "exit", "does not report its version")
    return found[0]


def _read(checker: Checker, output: Output, reading: Reading) -> list[Diagnostic]:
    try:
        if output.returncode < 0:
            raise _error(checker, output, "exit", _ended_by(-output.returncode))
        complaint = checker.complaint(output)
        if complaint is not None:
            raise _error(checker, output, *complaint)
        if not checker.did_check(output):
            reason = "failed without an error report, so it may not have checked the code"
            raise _error(checker, output, "exit", reason)
        diagnostics = [require_valid(diagnostic) for diagnostic in checker.parse(output, reading)]
    except _UNREADABLE as error:
        problem = f"unreadable output ({type(error).__name__}: {error}): {output.stdout[:500]!r}"
        raise _error(checker, output, "output", problem) from error
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    # The other way round is no contradiction: options make warnings count, and baselines hide.
    if (output.returncode == 0 and errors) or (output.returncode != 0 and not diagnostics):
        problem = f"its output contains {errors} errors, which contradicts its exit code"
        raise _error(checker, output, "output", problem)
    return diagnostics


def _ended_by(number: int) -> str:
    if number == signal.SIGKILL:
        return (
            "was ended by SIGKILL, probably because the system ran out of memory: free memory, or "
            "choose another checker with --checker"
        )
    try:
        return f"was ended by {signal.Signals(number).name}"
    except ValueError:  # a real-time signal
        return f"was ended by signal {number}"


def _error(checker: Checker, output: Output, kind: Failure, reason: str) -> CheckerError:
    return CheckerError(
        checker.name,
        kind,
        reason,
        command=output.command,
        returncode=output.returncode,
        stderr=output.stderr,
    )


def _require_interpreter(checker: Checker, python: Path) -> None:
    # Most checkers go on with another environment, or with none, and say nothing.
    if not python.is_file():
        reason = f"there is no interpreter {python}: pass the interpreter of your environment"
        raise CheckerError(checker.name, "environment", reason)


@functools.cache
def _require_safe_path(checker: Checker, python: Path) -> None:
    """Reject an interpreter that imports modules from the folder that it is started in."""
    output = execute(
        checker.name,
        [str(python), "-I", "-c", "import sys; print(*sys.version_info[:2])"],
        cwd=python.parent,
        environment=_environment("default"),
        timeout=_VERSION_TIMEOUT,
    )
    version = tuple(map(int, output.stdout.split()))
    if version < _SAFE_PATH_SINCE:
        reason = (
            f"{python} is older than Python 3.11, so it could import code from the project when "
            "checkers run it: pass a newer one with --python, or omit --untrusted"
        )
        raise CheckerError(checker.name, "environment", reason)


def _environment(profile: Profile, search: Sequence[Path] = ()) -> dict[str, str]:
    dropped = _COLOURS if profile == "project" else _COLOURS + _SETTINGS
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    if search:
        before = (*map(str, search), *filter(None, [kept.get("PYTHONPATH")]))
        kept["PYTHONPATH"] = os.pathsep.join(before)
    return {
        **kept,
        "NO_COLOR": "1",
        # mypy runs a project's own plugins: they are not to be compiled beside their source.
        "PYTHONDONTWRITEBYTECODE": "1",
        # pyrefly asks the interpreter for its paths, which would import a json.py of the project.
        "PYTHONSAFEPATH": "1",  # from Python 3.11 on
        "PYTHONIOENCODING": "utf-8",  # mypy on Windows
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",  # that there is a newer pyright
    }


# From every thread: a signal reaches the main thread alone, which has to end them all.
_running: set[subprocess.Popen[bytes]] = set()


def find(checker: str, python: Path) -> Path:
    """Find a checker: next to the given interpreter, next to our own, or on PATH.

    Raises:
        CheckerError: It is nowhere.
    """
    folders = [*_script_folders(python), *_script_folders(Path(sys.executable))]
    beside = shutil.which(checker, path=os.pathsep.join(map(str, folders)))
    found = beside or shutil.which(checker)
    if found is None:
        reason = (
            f"not found next to {python}, next to {sys.executable}, or on PATH. "
            f"Install it into the environment that is checked: pip install {checker}, "
            "or all six: pip install 'typed-bg[checkers]'"
        )
        raise CheckerError(checker, "missing", reason)
    return Path(found).absolute()


def is_installed(checker: str, python: Path) -> bool:
    """Return whether a checker is found for an environment."""
    try:
        find(checker, python)
    except CheckerError:
        return False
    return True


def is_beside(checker: str, python: Path) -> bool:
    """Return whether a checker is installed in an environment itself."""
    return (
        shutil.which(checker, path=os.pathsep.join(map(str, _script_folders(python)))) is not None
    )


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
        CheckerError: It cannot be started, takes longer than `timeout` seconds, or writes too much.
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
    stdout = PipeReader(process.stdout, limit=_MAX_STDOUT)
    stderr = PipeReader(process.stderr, limit=_MAX_STDERR)
    _running.add(process)
    problem: tuple[Failure, str] | None = None
    try:
        while not _is_done(process, stdout, stderr):
            if timeout is not None and time.monotonic() - started > timeout:
                problem = "timeout", f"still running after {timeout:g} seconds, so it was stopped"
                break
            if stdout.is_over_limit:
                size = _MAX_STDOUT // 1_000_000
                problem = "output", f"wrote more than {size} MB, so it was stopped"
                break
    finally:
        if process.returncode is None:
            _kill(process)
            process.wait()
            for reader in (stdout, stderr):
                reader.join(_GRACE)
        _running.discard(process)
    if problem is not None:
        kind, reason = problem
        raise CheckerError(checker, kind, reason, command=command, stderr=stderr.text())
    return Output(
        command=tuple(command),
        returncode=process.wait(),
        stdout=stdout.text(),
        stderr=stderr.text(),
        seconds=time.monotonic() - started,
    )


def _is_done(process: subprocess.Popen[bytes], *readers: PipeReader) -> bool:
    """Wait a moment, and return whether a process has ended and all its output was read."""
    for reader in readers:
        reader.join(_MOMENT)
    if all(reader.is_at_end for reader in readers):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_MOMENT)
        return process.returncode is not None
    if process.poll() is None:
        return False
    # Another process that it has started keeps the pipes open. What it wrote itself is all there.
    for reader in readers:
        reader.join(_GRACE)
    return True


def end_running() -> None:
    """End every running checker. The threads that wait for them get an error."""
    for process in tuple(_running):
        _kill(process)


def _script_folders(python: Path) -> list[Path]:
    # Not resolved: a virtual environment's interpreter is a link out of it.
    folder = python.absolute().parent
    return [folder, folder / "Scripts"]  # the second for a Windows installation's own interpreter


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, check=False, capture_output=True)  # noqa: S603
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
