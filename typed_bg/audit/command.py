"""What `typed-bg check` does, from what the user asks for to a report."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import platformdirs

from typed_bg.audit import baseline
from typed_bg.audit.check import Asked, Job, check
from typed_bg.audit.environment import find_interpreter
from typed_bg.audit.forwarders import BACKGROUND, declared
from typed_bg.audit.project import find_root, python_files
from typed_bg.audit.settings import Settings, check_names, read_settings
from typed_bg.audit.toml import ConfigError
from typed_bg.checkers import CHECKERS, is_installed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typed_bg.audit.forwarders import Forwarder
    from typed_bg.audit.model import Report


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line says.

    Attributes:
        paths: The files and folders to look for calls in; none stands for the project.
        settings: What is set on the command line.
        request_sessions: Whether to look for sessions of the request that are passed to a task.
        update_baseline: Whether to write the findings into the baseline.
        timeout: How long one checker may run, in seconds.
        cache: Whether a cache is kept, in the user's own folder for caches.
    """

    paths: tuple[Path, ...]
    settings: Settings
    request_sessions: bool = False
    update_baseline: bool = False
    timeout: float = 600
    cache: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        root: The project's root.
        report: The report.
        settings: The settings in force.
        notes: What the user should know of how it was checked.
    """

    root: Path
    report: Report
    settings: Settings
    notes: tuple[str, ...]


def carry_out(
    request: Request, progress: Callable[[str, str | None], None] = lambda _phase, _end: None
) -> Outcome:
    """Check a project.

    Raises:
        ConfigError: What is asked for, or a config, cannot be followed.
        BaselineError: The baseline cannot be read.
        MirrorError: The copy cannot be made.
    """
    here = Path.cwd()
    missing = [str(path) for path in request.paths if not path.exists()]
    if missing:
        message = f"there is no {', '.join(missing)}: name files and folders that exist"
        raise ConfigError(message)
    root = find_root(request.paths, here)
    settings = request.settings.over(read_settings(root))
    named = None if settings.python is None else Path(settings.python)
    python = find_interpreter(root, os.environ, named)
    files = python_files(root, [here / path for path in request.paths], settings.exclude or ())
    checkers = _checkers(python.path, settings)
    job = Job(
        root=root,
        shown_root=_shown(root, here),
        paths=files.files,
        python=python.path,
        checkers=checkers,
        forwarders=(*BACKGROUND, *_also(settings)),
        request_sessions=request.request_sessions,
        cache=_cache(root) if request.cache else None,
        timeout=request.timeout,
    )
    report = check(job, progress)
    report = replace(report, skipped=[*files.skipped, *report.skipped])
    report = _with_baseline(report, request, settings, root, files.files)
    notes = (f"environment: {python.path} ({python.why})",)
    return Outcome(root, report, settings, notes)


def _shown(root: Path, here: Path) -> str:
    try:
        return Path(os.path.relpath(root, here)).as_posix()
    except ValueError:  # another drive
        return root.as_posix()


def _also(settings: Settings) -> list[Forwarder]:
    try:
        return [declared(text) for text in settings.also or ()]
    except ValueError as error:
        message = f"also: {error}"
        raise ConfigError(message) from error


def _checkers(python: Path, settings: Settings) -> tuple[Asked, ...]:
    """Return the checkers to ask: those that are named, else those that are installed."""
    names = settings.checkers or ()
    problem = check_names((*names, *(settings.require or ())))
    if problem is not None:
        raise ConfigError(problem)
    if not names:
        names = tuple(name for name in CHECKERS if is_installed(name, python))
    if not names:
        message = (
            f"no type checker is installed beside {python}: install one there, or all six with "
            "pip install 'typed-bg[checkers]'"
        )
        raise ConfigError(message)
    return tuple(Asked(name) for name in names)


def _cache(root: Path) -> Path:
    """Return a folder of the user's for what checkers may keep of this project."""
    digest = hashlib.sha256(str(root).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return platformdirs.user_cache_path("typed_bg") / f"{root.name}-{digest}"


def _with_baseline(
    report: Report, request: Request, settings: Settings, root: Path, searched: Sequence[Path]
) -> Report:
    """Leave out what the baseline holds, or write it."""
    findings = baseline.fingerprints(report.findings)
    report = replace(report, findings=findings)
    if settings.baseline is None:
        if request.update_baseline:
            message = "there is no baseline to update: name its file with --baseline"
            raise ConfigError(message)
        return report
    path = root / settings.baseline
    shown = PurePosixPath(settings.baseline)
    before = baseline.read(path.read_text("utf-8"), shown) if path.is_file() else None
    worked = [run.checker for run in report.runs if not run.failure]
    if before is None and not request.update_baseline:
        message = f"there is no baseline {path}: write it with --update-baseline"
        raise ConfigError(message)
    files = {PurePosixPath(it.resolve().relative_to(root).as_posix()) for it in searched}
    gone = {
        it for it in (before.entries.values() if before else ()) if not (root / it.path).exists()
    }
    applied = (
        baseline.Applied(findings, (), (), ())
        if before is None
        else baseline.apply(
            before,
            findings,
            checkers=worked,
            judged=lambda entry: entry.path in files or entry in gone,
        )
    )
    if not request.update_baseline:
        return replace(
            report,
            findings=(*applied.new, *applied.stale),
            suppressed=len(applied.suppressed),
        )
    if len(worked) < len(report.runs):
        message = "the baseline is left as it is: a checker failed, so what it sees is not known"
        raise ConfigError(message)
    _replace(path, baseline.write(findings, keep=applied.unjudged))
    return replace(report, findings=(), suppressed=len(findings))


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, delete=False
    ) as file:
        file.write(text)
    Path(file.name).replace(path)
