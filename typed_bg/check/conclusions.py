"""Turn what the checkers answer into verdicts and findings.

This takes a while to import, so it is imported while the checkers run.
"""

from __future__ import annotations

import platform
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.files import SkippedFile
from typed_bg.check.calls.other_calls import other_calls
from typed_bg.check.calls.wrappers import Callers, certainty, forwarder_definitions
from typed_bg.check.checker_runs import configs_of
from typed_bg.check.crowded_functions import ask_again, evidence_of
from typed_bg.check.findings import findings_of
from typed_bg.check.job import from_root, module_name, project_files, scan_of
from typed_bg.check.judge import ModuleEvidence, is_one, judge_module
from typed_bg.check.reasons.checker_config import reasons_of
from typed_bg.check.reasons.own_modules import OwnModules
from typed_bg.check.results.report import AlsoFound, CheckerRun, Place, Report
from typed_bg.check.source_rules import forwarder_findings, loose_findings
from typed_bg.checkers import CHECKERS, CheckerError, Run
from typed_bg.checkers.self_test import prove

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typed_bg._source.module import Sources, Unreadable
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.project_scan import ModuleSites, Scan
    from typed_bg.check.calls.wrappers import Certainty, ForwarderDefinition
    from typed_bg.check.checker_runs import Part, Results, Runner
    from typed_bg.check.crowded_functions import AskAgain
    from typed_bg.check.job import Job, Probing
    from typed_bg.check.judge import JudgedCall
    from typed_bg.check.probes.probe import ProbedModule
    from typed_bg.check.results.report import Finding, SkippedCall
    from typed_bg.check.verdicts.evidence import Evidence


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


def no_calls(job: Job, scanned: Scan, others: Sequence[AlsoFound]) -> Checked:
    """Report that there is nothing to ask the checkers about."""
    problem = (
        f"found no call to check in {scanned.files} Python files: pass the folder that "
        "contains the code, or declare your own forwarders with --also"
    )
    report = Report(
        job.shown_root,
        (),
        (),
        (),
        _unreadable(job, scanned),
        scanned.files,
        problems=[*_unread(job, scanned), problem],
        also_found=tuple(others),
    )
    return Checked(report)


def conclude(
    probing: Probing, runner: Runner, results: Sequence[Results], others: Sequence[AlsoFound]
) -> Checked:
    """Judge the calls by what the checkers report about their probes.

    Args:
        probing: The calls.
        runner: Runs checkers again that have to be asked once more.
        results: The results of each part's checkers.
        others: How many calls there are of families that are not chosen.
    """
    job, scanned = probing.job, probing.scanned
    believed = _believed(probing, runner, results)
    answers = _answers(probing, runner, believed)
    runs, notes = described(job.root, probing.parts, [each.results for each in believed])
    judged: list[JudgedCall] = []
    loose: list[JudgedCall] = []
    skipped_calls: list[SkippedCall] = []
    for path, module in sorted(probing.modules.items()):
        of_module = judge_module(path, module, answers[path])
        judged += of_module.calls
        loose += of_module.loose
        skipped_calls += of_module.skipped
    findings = findings_of(judged)
    findings += loose_findings(loose)
    findings += _untyped_forwarders(job, judged, probing.sources)
    problems = _unread(job, scanned)
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
        skipped_files=[*_unreadable(job, scanned), *runner.copy.skipped],
        files=scanned.files,
        problems=problems,
        skipped_calls=skipped_calls,
        notes=notes,
        also_found=tuple(others),
    )
    return Checked(report, [call.site for call in judged], scanned.modules)


def also_found(job: Job, sources: Sources) -> tuple[AlsoFound, ...]:
    """Count the calls of families that are not chosen."""
    sites = other_calls(job.paths, job.others, sources)
    counter = Counter((site.forwarder.family, site.forwarder.last_name) for site in sites)
    return tuple(AlsoFound(*key, number) for key, number in counter.most_common())


def _unreadable(job: Job, scanned: Scan) -> list[SkippedFile]:
    return [
        SkippedFile(from_root(job.root, unread.path), f"{unread.kind}: {unread.detail}")
        for unread in scanned.unreadable
    ]


def _unread(job: Job, scanned: Scan) -> list[str]:
    """Return the files that make the check incomplete: the calls in them are unknown."""

    def where(unread: Unreadable) -> str:
        line = f":{unread.line}" if unread.line else ""
        return f"{from_root(job.root, unread.path)}{line}"

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


class _Believed(NamedTuple):
    """The results of a part's checkers, and the evidence of those that are believed."""

    results: Results
    evidence: dict[str, dict[Path, list[Evidence]]]


def _believed(probing: Probing, runner: Runner, results: Sequence[Results]) -> list[_Believed]:
    """Take the evidence from the results; a checker that is not believed becomes a failure."""
    job, declared = probing.job, probing.declared
    found: list[_Believed] = []
    for part, of_part in zip(probing.parts, results, strict=True):
        modules = {runner.copy.path / path: probing.modules[path] for path in part.paths}
        believed = _Believed({}, {})
        for checker in part.checkers:
            again = partial(ask_again, runner, part, checker, declared)
            _believe(job, part, modules, believed, of_part[checker.name], again=again)
        for checker in part.instead:
            if any(isinstance(result, Run) for result in believed.results.values()):
                break
            again = partial(ask_again, runner, part, checker, declared)
            _believe(job, part, modules, believed, runner.run_one(part, checker), again=again)
        found.append(believed)
    return found


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
    probing: Probing, runner: Runner, believed: Sequence[_Believed]
) -> dict[PurePosixPath, dict[str, ModuleEvidence]]:
    """Sort what the checkers that are believed say by module."""
    job, copy = probing.job, runner.copy
    answers: dict[PurePosixPath, dict[str, ModuleEvidence]] = defaultdict(dict)
    modules = OwnModules(partial(project_files, job))
    for part, of_part in zip(probing.parts, believed, strict=True):
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
    for module, sites in scan_of(job, (definition.forwarder,), sources).modules:
        path = from_root(job.root, module.path)
        for site in sites:
            by_certainty[certainty(site)].append(Place(path, site.line, site.column))
    # A method that is called like one of those that are looked for is called everywhere.
    of_many = definition.forwarder.last_name in {
        forwarder.last_name for forwarder in job.forwarders
    }
    return Callers(by_certainty["certain"], None if of_many else by_certainty["possible"])


def _order(finding: Finding) -> tuple[PurePosixPath, int, int, str]:
    return finding.place.path, finding.place.line, finding.place.column, finding.rule
