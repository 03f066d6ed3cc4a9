"""Run `typed-bg check`: turn the user's request into a report."""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg._source.files import find_root, python_files, repository_of
from typed_bg.check.calls.declared import declared
from typed_bg.check.calls.families import FAMILIES, of_families
from typed_bg.check.calls.forwarders import BACKGROUND_FAMILY
from typed_bg.check.calls.own_options import parameters_without_variadics
from typed_bg.check.checker_runs import Part, RunOptions
from typed_bg.check.job import Job
from typed_bg.check.pipeline import check
from typed_bg.check.project.bundled_stubs import copy_stubs, missing_packages, stubs_note
from typed_bg.check.project.checker_choice import ALL, choose_checkers
from typed_bg.check.project.interpreter import find_interpreter
from typed_bg.check.project.run_folders import run_folders
from typed_bg.check.project.settings import Settings, check_names, read_settings
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.project.untrusted import remove_from_environ, require_outside
from typed_bg.checkers.runner import is_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typed_bg._source.files import Files
    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.changes import Changes
    from typed_bg.check.conclusions import Checked
    from typed_bg.check.project.checker_choice import CheckerToRun
    from typed_bg.check.results.report import Report


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of the command line.

    Attributes:
        paths: The files and folders in which to look for calls; none means the whole project.
        settings: What is set on the command line.
        update_baseline: Whether to write the findings to the baseline.
        run_options: How to run the checkers.
        since: Report only findings that are new since this git revision; `None` for all.
    """

    paths: tuple[Path, ...]
    settings: Settings
    update_baseline: bool = False
    run_options: RunOptions = field(default_factory=RunOptions)
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a check.

    Attributes:
        root: The project's root.
        report: The report.
        settings: The settings in force.
        notes: What the user should know about how it was checked.
        job: What was checked.
        checked: The calls in the source, and the report as it was without a baseline.
    """

    root: Path
    report: Report
    settings: Settings
    notes: tuple[str, ...]
    job: Job
    checked: Checked


def check_project(
    request: Request, progress: Callable[[str, str | None], None] = lambda _phase, _end: None
) -> Outcome:
    """Check a project.

    Raises:
        ConfigError: The request or a config is invalid.
        BaselineError: The baseline cannot be read.
        MirrorError: The copy cannot be made.
    """
    job, settings, files = prepare(request)
    changes = None if request.since is None else _changes(request, job.root)
    checked = check(job, progress)
    # These would delay the checkers' start.
    from typed_bg.check.accepted import with_baseline  # noqa: PLC0415
    from typed_bg.check.results.causes import by_cause  # noqa: PLC0415

    report = checked.report
    report = replace(report, skipped_files=[*files.skipped, *report.skipped_files])
    report = with_baseline(
        report, job.root, settings.baseline, files.files, update=request.update_baseline
    )
    if changes is not None:
        from typed_bg.check.since import new_since  # noqa: PLC0415

        before = partial(_report_of, request, settings, job, changes)
        report = new_since(changes, job.root, report, before)
    # The baseline is about each call: a new one is new, also if its cause is an old one.
    report = replace(report, findings=by_cause(report.findings))
    notes = (
        *(
            []
            if job.shown_root == "."
            else [f"project: {job.shown_root}; paths in this report are relative to it"]
        ),
        *report.notes,
    )
    return Outcome(job.root, report, settings, notes, job, checked)


def _changes(request: Request, root: Path) -> Changes:
    """Return what has changed since the revision of `--diff`."""
    from typed_bg.check.changes import changes_since  # noqa: PLC0415  # most runs are without it

    changes = changes_since(root, str(request.since))
    if request.update_baseline:
        message = "--diff skips findings: update the baseline without it"
        raise ConfigError(message)
    return changes


def _report_of(
    request: Request,
    settings: Settings,
    job: Job,
    changes: Changes,
    checkers: Sequence[str],
) -> Report | None:
    """Check the project as it was, with the current settings and environment.

    Returns:
        The report, or `None` if there was nothing to check.

    Raises:
        ConfigError: It cannot be checked as it was.
    """
    from typed_bg.check.changes import checked_out  # noqa: PLC0415  # most runs are without it

    with checked_out(changes) as tree:

        def then(path: Path) -> Path:
            return tree / path.relative_to(changes.top)

        root = then(job.root)
        named = [(Path.cwd() / path).resolve() for path in request.paths]
        paths = [then(path) for path in named if then(path).exists()]
        if not root.is_dir() or (named and not paths):
            return None
        files = python_files(root, paths, settings.exclude or ())
        same = replace(settings, checkers=tuple(checkers), require=None)
        options = replace(request.settings, checkers=tuple(checkers), require=None)
        untrusted = repository_of(job.root) if request.run_options.untrusted else None
        old = replace(
            job,
            root=root,
            paths=files.files,
            project=partial(_project, root) if paths or settings.exclude else tuple,
            parts=partial(_parts, root, options, same, untrusted, now=job.root),
            options=replace(job.options, cache=None),
        )
        try:
            return check(old).report
        except ConfigError as error:
            message = (
                f"--diff: {changes.revision[:12]} cannot be checked, so it is not known which "
                f"findings are new: run the check without --diff. {error}"
            )
            raise ConfigError(message) from error


def prepare(request: Request) -> tuple[Job, Settings, Files]:
    """Return what to check, the settings in force, and the files.

    Raises:
        ConfigError: The request or a config is invalid.
    """
    here = Path.cwd()
    missing = [str(path) for path in request.paths if not path.exists()]
    if missing:
        message = f"not found: {', '.join(missing)}. Pass files and folders that exist"
        raise ConfigError(message)
    root = find_root(request.paths, here)
    if root == Path(root.anchor):
        message = (
            f"no project contains all of {', '.join(map(str, request.paths))}: check each one "
            "separately"
        )
        raise ConfigError(message)
    tree = repository_of(root) if request.run_options.untrusted else None
    if tree is not None:
        remove_from_environ(tree, os.environ)
    settings = request.settings.over(_settings_in(root, tree))
    _require_baseline(root, settings.baseline, update=request.update_baseline)
    # Resolved like the root, so that globs match them; links below it are followed.
    named_paths = [(here / path).resolve() for path in request.paths]
    files = python_files(root, named_paths, settings.exclude or ())
    chosen = tuple(dict.fromkeys((*_families(settings), *_also(root, settings))))
    job = Job(
        root=root,
        shown_root=_shown(root, here),
        paths=files.files,
        project=partial(_project, root) if request.paths or settings.exclude else tuple,
        parts=partial(_parts, root, request.settings, settings, tree),
        forwarders=chosen,
        others=tuple(family for family in of_families([ALL]) if family not in chosen),
        options=request.run_options,
    )
    return job, settings, files


@cache
def _project(root: Path) -> tuple[Path, ...]:
    return python_files(root).files


def _parts(  # noqa: PLR0913  # each is a part of the question
    root: Path,
    options: Settings,
    settings: Settings,
    tree: Path | None,
    paths: Sequence[PurePosixPath],
    *,
    now: Path | None = None,
) -> list[Part]:
    """Choose the folder, the environment and the checkers for each file.

    Args:
        root: The project's root.
        options: What is set on the command line.
        settings: The options, completed from the root's pyproject.toml.
        tree: The folder from which nothing may be executed; `None` if it is trusted.
        paths: The files that contain calls, from the root.
        now: The project's current root, if `root` is a copy of a revision. It has the environments.
    """
    now = now or root
    parts: list[Part] = []
    for folder, files in run_folders(root, paths).items():
        below = folder != PurePosixPath()
        own = _settings_of(now / folder, options, settings, tree) if below else settings
        named = None if own.python is None else now / own.python
        untrusted = tree is not None
        python = find_interpreter(now / folder, os.environ, named, untrusted=untrusted)
        if tree is not None:
            require_outside(python.path, tree)
        chosen = _checkers(root / folder, python.path, own)
        # If the checkers are only installed, and not requested by `all`, one that works is enough.
        first = (
            len(chosen) if own.checkers else max(1, sum(not checker.optional for checker in chosen))
        )
        roots = tuple(
            root / path.relative_to(now) if path.is_relative_to(now) else path
            for path in _import_roots(now, own.import_root or ())
        )
        own_folders = [base / src for base in (root / folder, root) for src in ("", "src")]
        stubbed = missing_packages(python.path, [*roots, *own_folders])
        notes = [
            f"environment: {python.path}: {python.why}",
            stubs_note(stubbed, [root / path for path in files]),
            *(f"{checker.name}: {checker.why}" for checker in chosen[:first]),
        ]
        if first < len(chosen):
            notes[-1] += ". `--checker all` runs all installed checkers"
        notes.append(_borrowed([checker.name for checker in chosen[:first]], python.path))
        where = f"{folder}: " if below else ""
        parts.append(
            Part(
                folder,
                tuple(files),
                python.path,
                chosen[:first],
                chosen[first:],
                (*roots, *copy_stubs(stubbed)),
                tuple(where + note for note in notes if note),
            )
        )
    return parts


def _borrowed(names: Sequence[str], python: Path) -> str:
    """Return that checkers are not those of the project's environment, if so."""
    own = Path(sys.executable)
    borrowed = [name for name in names if not is_beside(name, python) and is_beside(name, own)]
    if not borrowed:
        return ""
    return (
        f"not installed in that environment: {', '.join(borrowed)}. The copy that is installed "
        "with typed-bg is used instead"
    )


def _import_roots(root: Path, named: Sequence[str]) -> tuple[Path, ...]:
    folders = [(root / name).resolve() for name in named]
    for folder in folders:
        if not folder.is_dir():
            message = f"there is no folder {folder}: pass a folder with modules as --import-root"
            raise ConfigError(message)
    return tuple(folders)


def _settings_in(folder: Path, tree: Path | None) -> Settings:
    """Return what a pyproject.toml sets. An untrusted one cannot choose the interpreter."""
    settings = read_settings(folder)
    return settings if tree is None else replace(settings, python=None)


def _settings_of(
    folder: Path, options: Settings, settings: Settings, tree: Path | None
) -> Settings:
    """Return the settings for a folder below the root, with those in its own pyproject.toml."""
    own = _settings_in(folder, tree)
    if own.python is not None:
        own = replace(own, python=str(folder / own.python))
    if own.import_root is not None:
        own = replace(own, import_root=tuple(str(folder / named) for named in own.import_root))
    return options.over(own.over(settings))


def _shown(root: Path, here: Path) -> str:
    try:
        return Path(os.path.relpath(root, here)).as_posix()
    except ValueError:  # another drive
        return root.as_posix()


def _families(settings: Settings) -> tuple[Forwarder, ...]:
    """Return the forwarders of the chosen families."""
    names = settings.families or (BACKGROUND_FAMILY,)
    for name in names:
        if name not in (*FAMILIES, ALL):
            close = difflib.get_close_matches(name, FAMILIES, n=1)
            meant = f": did you mean {close[0]!r}?" if close else "."
            message = (
                f"there is no family {name!r}{meant} Use one of: {', '.join((*FAMILIES, ALL))}"
            )
            raise ConfigError(message)
    return of_families(names)


def _also(root: Path, settings: Settings) -> list[Forwarder]:
    """Return the forwarders that the user declares.

    Raises:
        ConfigError: A declaration is invalid, or does not say where the arguments are.
    """
    try:
        found = [declared(text) for text in settings.also or ()]
    except ValueError as error:
        message = f"also: {error}"
        raise ConfigError(message) from error
    folders = [root, root / "src", *(root / folder for folder in settings.import_root or ())]
    for forwarder in found:
        if forwarder.has_containers or forwarder.two_step or forwarder.is_in_table:
            continue
        for folder in folders:
            names = parameters_without_variadics(folder / "_.py", forwarder)
            if names is not None:
                raise ConfigError(_without_variadics(forwarder, names))
    return found


def _without_variadics(forwarder: Forwarder, names: Sequence[str]) -> str:
    target = "'receiver'" if forwarder.target is None else repr(forwarder.target)
    example = f"{forwarder.name}(target={target}, args='args', kwargs='kwargs')"
    return (
        f"also: {forwarder.name} has neither *args nor **kwargs, so the target's arguments must be "
        f"in one of its parameters ({', '.join(names)}). Name the parameters, for example "
        f'--also "{example}"'
    )


def _checkers(root: Path, python: Path, settings: Settings) -> tuple[CheckerToRun, ...]:
    """Return the checkers to run: the requested ones or those in use, plus the required ones."""
    required = settings.require or ()
    problem = check_names(settings.checkers or (), also=(ALL,)) or check_names(required)
    if problem is not None:
        raise ConfigError(problem)
    chosen = choose_checkers(root, python, settings.checkers, required)
    if not chosen:
        message = (
            f"no type checker is installed in the environment of {python}: install one there, or "
            "all six with "
            "pip install 'typed-bg[checkers]'"
        )
        raise ConfigError(message)
    return chosen


def _require_baseline(root: Path, named: str | None, *, update: bool) -> None:
    if named is None and update:
        message = "no baseline to update: pass its file with --baseline"
        raise ConfigError(message)
    if named is not None and not update and not (root / named).is_file():
        message = f"the baseline {root / named} does not exist: create it with --update-baseline"
        raise ConfigError(message)
