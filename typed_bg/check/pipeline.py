"""The steps from source to report: sites, probes, a copy, checkers, evidence, findings."""

from __future__ import annotations

import platform
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.files import SkippedFile
from typed_bg._source.module import Sources, Unreadable
from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.calls.scan import scan
from typed_bg.check.calls.wrappers import Callers, certainty, forwarder_definitions
from typed_bg.check.checker_runs import Runner, RunOptions, configs_of
from typed_bg.check.crowded_functions import ask_again, evidence_of
from typed_bg.check.findings import findings_of
from typed_bg.check.judge import ModuleEvidence, is_one, judge_module
from typed_bg.check.probes.declarations import declarations
from typed_bg.check.probes.insertions import insert
from typed_bg.check.probes.probe import probe
from typed_bg.check.project.module_bases import module_bases
from typed_bg.check.project.workspace import mirror
from typed_bg.check.reasons.checker_config import reasons_of
from typed_bg.check.reasons.own_modules import OwnModules
from typed_bg.check.results.report import AlsoFound, CheckerRun, Place, Report
from typed_bg.check.source_rules import forwarder_findings, loose_findings
from typed_bg.checkers import CHECKERS, CheckerError, Run
from typed_bg.checkers.self_test import prove

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from typed_bg._source.module import Module
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.calls.scan import ModuleSites, Scan
    from typed_bg.check.calls.wrappers import Certainty, ForwarderDefinition
    from typed_bg.check.checker_runs import Part, Results
    from typed_bg.check.crowded_functions import AskAgain
    from typed_bg.check.judge import JudgedCall
    from typed_bg.check.probes.declarations import Declarations
    from typed_bg.check.probes.probe import ProbedModule
    from typed_bg.check.project.checker_choice import CheckerToRun
    from typed_bg.check.project.workspace import Mirror
    from typed_bg.check.results.report import Finding, SkippedCall
    from typed_bg.check.verdicts.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Job:
    """What to check, and how.

    Attributes:
        root: The project's root.
        shown_root: The root as the user named it.
        paths: The files in which calls are looked for.
        parts: Divides the files that contain calls by the folder to check them from, and chooses
            the checkers. All paths are from the root.
        project: Returns all files of the project; nothing for those of `paths`.
        forwarders: What calls to look for.
        others: What calls to count besides.
        options: How to run the checkers.
        edits: The content of files that are checked as if they had it, by their paths.
    """

    root: Path
    paths: tuple[Path, ...]
    parts: Callable[[Sequence[PurePosixPath]], Sequence[Part]]
    shown_root: str = "."
    project: Callable[[], Sequence[Path]] = tuple
    forwarders: tuple[Forwarder, ...] = BACKGROUND
    others: tuple[Forwarder, ...] = ()
    options: RunOptions = field(default_factory=RunOptions)
    edits: Mapping[Path, bytes] = field(default_factory=dict[Path, bytes])


@dataclass(frozen=True, slots=True)
class Checked:
    """A project that was checked.

    Attributes:
        report: The report.
        sites: The calls in the source, one for each of the report's calls.
        modules: The modules with calls, also with those that only look like one.
    """

    report: Report
    sites: Sequence[CallSite] = ()
    modules: Sequence[ModuleSites] = ()


def check(
    job: Job, progress: Callable[[str, str | None], None] = lambda _phase, _end: None
) -> Checked:
    """Find the calls of a project and what its checkers see of them.

    Args:
        job: What to check.
        progress: Is told of a phase that begins, and again with its outcome when it ends.
    """
    progress("finding calls", None)
    sources = Sources(job.edits)
    scanned = _scan(job, job.forwarders, sources, job.others)
    skipped_files = [
        SkippedFile(_from_root(job.root, unread.path), f"{unread.kind}: {unread.detail}")
        for unread in scanned.unreadable
    ]
    problems = _unread(job, scanned)
    count = sum(len(sites) for _, sites in scanned.modules)
    progress("finding calls", f"{count} in {scanned.files} files")
    declared = _declared(job, scanned, sources)
    probed = {
        _from_root(job.root, module.path): probe(module, sites, declared)
        for module, sites in scanned.modules
    }
    if not probed:
        problem = (
            f"found no call to check in {scanned.files} Python files: pass the folder that "
            "contains the code, or declare your own forwarders with --also"
        )
        problems.append(problem)
        report = Report(
            job.shown_root,
            (),
            (),
            (),
            skipped_files,
            scanned.files,
            problems=problems,
            also_found=also_found(scanned.others),
        )
        return Checked(report)
    parts = job.parts(sorted(probed))
    replaced = {_from_root(job.root, path): content for path, content in job.edits.items()}
    for path, module in probed.items():
        replaced[path] = module.content
    replaced |= _with_declarations(job, declared, sources, replaced)
    with mirror(job.root, replaced) as copy:
        skipped_files += copy.skipped
        runner = _runner(job, copy, probed, progress)
        believed = _results(job, runner, parts, probed, declared)
        answers = _answers(job, copy, parts, believed)
    runs, notes = described(job.root, parts, [each.results for each in believed])
    judged: list[JudgedCall] = []
    loose: list[JudgedCall] = []
    skipped_calls: list[SkippedCall] = []
    for path, module in sorted(probed.items()):
        of_module = judge_module(path, module, answers[path])
        judged += of_module.calls
        loose += of_module.loose
        skipped_calls += of_module.skipped
    findings = findings_of(judged)
    findings += loose_findings(loose)
    findings += _untyped_forwarders(job, judged, sources)
    if not judged:
        kind = "adds a background task"
        if any(forwarder.is_in_table for forwarder in job.forwarders):
            kind = "passes a function to an API of the chosen families"
        problems.append(f"none of the calls found {kind}")
    report = Report(
        root=job.shown_root,
        runs=runs,
        calls=[call.reported for call in judged],
        findings=sorted(findings, key=_order),
        skipped_files=skipped_files,
        files=scanned.files,
        problems=problems,
        skipped_calls=skipped_calls,
        notes=notes,
        also_found=also_found(scanned.others),
    )
    return Checked(report, [call.site for call in judged], scanned.modules)


def also_found(sites: Sequence[CallSite]) -> tuple[AlsoFound, ...]:
    """Count the calls of families that are not chosen."""
    counter = Counter((site.forwarder.family, site.forwarder.last_name) for site in sites)
    return tuple(AlsoFound(*key, number) for key, number in counter.most_common())


def _declared(job: Job, scanned: Scan, sources: Sources) -> Declarations:
    """Return the functions to declare without their decorators, in files of the project."""

    def module_at(path: Path) -> Module | None:
        if not path.is_relative_to(job.root) or path.is_symlink():
            return None
        module = sources.module(path)
        return None if isinstance(module, Unreadable) else module

    return declarations([site for _, sites in scanned.modules for site in sites], module_at)


def _with_declarations(
    job: Job, declared: Declarations, sources: Sources, probed: Container[PurePosixPath]
) -> dict[PurePosixPath, bytes]:
    """Return the text of the modules that have declarations and no probes."""
    replaced: dict[PurePosixPath, bytes] = {}
    for path, insertions in declared.insertions.items():
        module, relative = sources.module(path), _from_root(job.root, path)
        if relative not in probed and not isinstance(module, Unreadable):
            replaced[relative] = module.encode(insert(module, insertions).text)
    return replaced


def _runner(
    job: Job,
    copy: Mirror,
    probed: Mapping[PurePosixPath, ProbedModule],
    progress: Callable[[str, str | None], None],
) -> Runner:
    def excluded(checker: CheckerToRun, folder: PurePosixPath, path: PurePosixPath) -> bool:
        reasons = reasons_of(checker.name, checker.config, job.root, path, folder=folder)
        return any(reason.code == "config-excluded" for reason in reasons)

    def bases(part: Part, checker: CheckerToRun) -> list[PurePosixPath]:
        trees = {path: probed[path].original.tree for path in part.paths}
        return [
            base
            for base, files in module_bases(job.root, part.folder, trees, _project(job)).items()
            if not all(excluded(checker, part.folder, path) for path in files)
        ]

    return Runner(copy, excluded, bases, progress, job.options)


class _Believed(NamedTuple):
    """The results of a part's checkers, and the evidence of those that are believed."""

    results: Results
    evidence: dict[str, dict[Path, list[Evidence]]]


def _results(
    job: Job,
    runner: Runner,
    parts: Sequence[Part],
    probed: Mapping[PurePosixPath, ProbedModule],
    declared: Declarations,
) -> list[_Believed]:
    """Run the checkers; one that is not believed becomes a failure."""
    found: list[_Believed] = []
    for part, results in zip(parts, runner.run_all(parts), strict=True):
        modules = {runner.copy.path / path: probed[path] for path in part.paths}
        believed = _Believed({}, {})
        for checker in part.checkers:
            again = partial(ask_again, runner, part, checker, declared)
            _believe(job, part, modules, believed, results[checker.name], again=again)
        for checker in part.instead:
            if any(isinstance(result, Run) for result in believed.results.values()):
                break
            again = partial(ask_again, runner, part, checker, declared)
            _believe(job, part, modules, believed, runner.run_one(part, checker), again=again)
        found.append(believed)
    return found


def _project(job: Job) -> list[PurePosixPath]:
    return [_from_root(job.root, path) for path in job.project() or job.paths]


def _scan(
    job: Job,
    forwarders: Sequence[Forwarder],
    sources: Sources,
    others: Sequence[Forwarder] = (),
) -> Scan:
    def name(path: Path) -> str:
        return module_name(job.root, path)

    return scan(job.paths, forwarders, module_name=name, sources=sources, others=others)


def _order(finding: Finding) -> tuple[PurePosixPath, int, int, str]:
    return finding.place.path, finding.place.line, finding.place.column, finding.rule


def _from_root(root: Path, path: Path) -> PurePosixPath:
    if path.is_relative_to(root):  # not resolved: a file may be a link that leads out
        return PurePosixPath(path.relative_to(root).as_posix())
    return PurePosixPath(path.resolve().relative_to(root.resolve()).as_posix())


def _unread(job: Job, scanned: Scan) -> list[str]:
    """Return the files that make the check incomplete: the calls in them are unknown."""

    def where(unread: Unreadable) -> str:
        line = f":{unread.line}" if unread.line else ""
        return f"{_from_root(job.root, unread.path)}{line}"

    python = platform.python_version()
    problems = [
        f"{where(unread)} may contain calls, but Python {python} cannot read it "
        f"({unread.detail}): fix it, or exclude it with --exclude"
        for unread in scanned.unreadable
        if unread.kind != "notebook" and unread.python is None
    ]
    newer = {unread.python: unread for unread in reversed(scanned.unreadable) if unread.python}
    count = sum(unread.python is not None for unread in scanned.unreadable)
    if newer:
        needed = max(newer)
        others = "" if count == 1 else f" and {count - 1} more of the skipped files"
        version = ".".join(map(str, needed))
        problems.append(
            f"{where(newer[needed])}{others} may contain calls, but typed-bg runs on Python "
            f"{python} and cannot read syntax of a newer Python: run typed-bg with Python "
            f"{version} or newer, or exclude them with --exclude"
        )
    return problems


def module_name(root: Path, path: Path) -> str:
    """Return the dotted name of a module: from where its outermost package lies."""
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while folder != root and (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


def _believe(  # noqa: PLR0913  # each is a part of the question
    job: Job,
    part: Part,
    probed: Mapping[Path, ProbedModule],
    believed: _Believed,
    result: Run | CheckerError,
    *,
    again: AskAgain,
) -> None:
    """Add a checker's run and its evidence, or why it is not believed."""
    if isinstance(result, CheckerError):
        believed.results[result.checker] = result
        return
    evidence, seconds = evidence_of(result, probed, again)
    failure = None
    if _is_in_doubt(result.checker, probed, evidence):
        # Nothing was seen at all: is it the code, or does the checker not work here?
        failure = _distrust(job, part, result.checker)
    if failure is None:
        believed.evidence[result.checker] = evidence
    believed.results[result.checker] = failure or replace(result, seconds=result.seconds + seconds)


def _answers(
    job: Job,
    copy: Mirror,
    parts: Sequence[Part],
    believed: Sequence[_Believed],
) -> dict[PurePosixPath, dict[str, ModuleEvidence]]:
    """Sort what the checkers that are believed say by module."""
    answers: dict[PurePosixPath, dict[str, ModuleEvidence]] = defaultdict(dict)
    modules = OwnModules(partial(_project, job))
    for part, of_part in zip(parts, believed, strict=True):
        configs = {checker.name: checker.config for checker in (*part.checkers, *part.instead)}
        for name, evidence in of_part.evidence.items():
            result = of_part.results[name]
            unresolved: dict[Path, set[int]] = defaultdict(set)
            for diagnostic in result.diagnostics if isinstance(result, Run) else ():
                if diagnostic.rule in CHECKERS[name].unresolved_import:
                    unresolved[diagnostic.path].add(diagnostic.line)
            for path in part.paths:
                settings = reasons_of(name, configs[name], job.root, path, folder=part.folder)
                answers[path][name] = ModuleEvidence(
                    evidence[copy.path / path],
                    frozenset(unresolved[copy.path / path]),
                    tuple(settings),
                    modules,
                )
    return answers


def _is_in_doubt(
    name: str, probed: Mapping[Path, ProbedModule], evidence: Mapping[Path, list[Evidence]]
) -> bool:
    """Return whether a checker reports nothing about any call, though it was given some."""
    if any(call.arity or call.direct.arity for module in evidence.values() for call in module):
        return False
    return any(
        is_one(site, {name: evidence[path][site.index]})
        for path, module in probed.items()
        for site in module.sites
    )


def _distrust(job: Job, part: Part, name: str) -> CheckerError | None:
    """Try a checker on code whose verdict is known, in the same environment."""
    try:
        prove(
            CHECKERS[name],
            python=part.python,
            bases=part.import_roots,
            timeout=job.options.timeout,
        )
    except CheckerError as error:
        return error
    return None


def described(
    root: Path, parts: Sequence[Part], results: Sequence[Results]
) -> tuple[tuple[CheckerRun, ...], list[str]]:
    """Return one entry for each checker, however often it ran, and notes for the user."""
    configs = configs_of(root, parts)
    notes = [note for part in parts for note in part.notes]
    runs: dict[str, CheckerRun] = {}
    for part, of_part in zip(parts, results, strict=True):
        works = any(not isinstance(result, CheckerError) for result in of_part.values())
        optional = {checker.name for checker in (*part.checkers, *part.instead) if checker.optional}
        where = "" if part.folder == PurePosixPath() else f" (in {part.folder})"
        for name, result in of_part.items():
            if isinstance(result, CheckerError) and works and name in optional:
                notes.append(
                    f"{name}{where} failed and was skipped: the project does not use it. {result}"
                )
                continue
            run = _described(name, configs[name], result)
            runs[name] = _joined(runs[name], run) if name in runs else run
            if not isinstance(result, CheckerError):
                notes += [f"{name}{where}: {note}" for note in result.notes]
    return tuple(runs.values()), notes


def _described(name: str, config: str, result: Run | CheckerError) -> CheckerRun:
    if isinstance(result, CheckerError):
        return CheckerRun(name, command=result.command, config=config, failure=str(result))
    return CheckerRun(name, result.version, result.command, config=config, seconds=result.seconds)


def _joined(first: CheckerRun, second: CheckerRun) -> CheckerRun:
    """Make one entry of two runs of a checker; a failure of either is one of both."""
    return replace(
        first,
        version=first.version or second.version,
        seconds=first.seconds + second.seconds,
        failure="\n".join(filter(None, [first.failure, second.failure])),
    )


def _untyped_forwarders(job: Job, judged: Sequence[JudgedCall], sources: Sources) -> list[Finding]:
    """Find the project's own functions that hand arguments on, and who calls them."""
    paths: dict[ForwarderDefinition, PurePosixPath] = {}
    names = {
        path: module_name(job.root, path) for path in {call.site.module.path for call in judged}
    }
    for call in judged:
        for definition in forwarder_definitions([call.site], names[call.site.module.path]):
            paths[definition] = call.reported.place.path
    untyped = [definition for definition in paths if not definition.typed]
    return forwarder_findings(
        untyped, paths, {definition: _callers(job, definition, sources) for definition in untyped}
    )


def _callers(job: Job, definition: ForwarderDefinition, sources: Sources) -> Callers:
    by_certainty: dict[Certainty, list[Place]] = defaultdict(list)
    for module, sites in _scan(job, (definition.forwarder,), sources).modules:
        path = _from_root(job.root, module.path)
        for site in sites:
            by_certainty[certainty(site)].append(Place(path, site.line, site.column))
    # A method that is called like one of those that are looked for is called everywhere.
    of_many = definition.forwarder.last_name in {
        forwarder.last_name for forwarder in job.forwarders
    }
    return Callers(by_certainty["certain"], None if of_many else by_certainty["possible"])
