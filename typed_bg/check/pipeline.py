"""The way from a source tree to a report: sites, probes, a copy, checkers, evidence, findings."""

from __future__ import annotations

import os
import platform
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg._source.files import Skipped
from typed_bg._source.module import Sources
from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.calls.scan import scan
from typed_bg.check.calls.wrappers import Callers, certainty, forwarder_definitions
from typed_bg.check.findings import findings_of
from typed_bg.check.judge import Answers, is_one, judge_module
from typed_bg.check.probes.probe import probe
from typed_bg.check.project.workspace import mirror
from typed_bg.check.results.report import CheckerRun, Place, Report
from typed_bg.check.source_rules import forwarder_findings, loose_findings
from typed_bg.check.verdicts.evidence import Probed, collect
from typed_bg.checkers import CHECKERS, CheckerError, Run, run
from typed_bg.checkers.runner import end_running, version_in
from typed_bg.checkers.self_test import prove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.calls.scan import Scan
    from typed_bg.check.calls.wrappers import Certainty, ForwarderDefinition
    from typed_bg.check.judge import JudgedCall
    from typed_bg.check.project.workspace import Mirror
    from typed_bg.check.results.report import Finding, Reason, SkippedCall
    from typed_bg.check.verdicts.evidence import Evidence

_A_MOMENT = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """A checker to ask.

    Attributes:
        name: Its name.
        config: The config file that it uses, from the project's root; `None` for none.
        paths: What to start it on; nothing leaves the choice to its config.
    """

    name: str
    config: PurePosixPath | None = None
    paths: tuple[str, ...] = ()


def _no_reasons(_checker: str, _path: PurePosixPath) -> tuple[Reason, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Job:
    """What to check, and how.

    Attributes:
        root: The project's root.
        shown_root: The root as the user named it.
        paths: The files in which calls are looked for.
        python: The interpreter of the environment that the code runs in.
        checkers: The checkers to ask.
        forwarders: What calls to look for.
        config_reasons: Gives the reasons that a checker's config has for a file.
        request_sessions: Whether to look for sessions of the request that are passed to a task.
        cache: A folder outside the project for what checkers may keep; `None` for none.
        timeout: How long one checker may run, in seconds.
    """

    root: Path
    paths: tuple[Path, ...]
    python: Path
    checkers: tuple[Asked, ...]
    shown_root: str = "."
    forwarders: tuple[Forwarder, ...] = BACKGROUND
    config_reasons: Callable[[str, PurePosixPath], tuple[Reason, ...]] = field(default=_no_reasons)
    request_sessions: bool = False
    cache: Path | None = None
    timeout: float = 600


def check(
    job: Job, progress: Callable[[str, str | None], None] = lambda _phase, _end: None
) -> Report:
    """Find the calls of a project and what its checkers see of them.

    Args:
        job: What to check.
        progress: Is told of a phase that begins, and again with its outcome when it ends.
    """
    progress("finding calls", None)
    sources = Sources()
    found = _found(job, job.forwarders, sources)
    skipped = [
        Skipped(_from_root(job.root, it.path), f"{it.kind}: {it.detail}") for it in found.unreadable
    ]
    problems = _unread(job, found)
    count = sum(len(it.sites) for it in found.modules)
    progress("finding calls", f"{count} in {found.files} files")
    probed = {
        _from_root(job.root, it.module.path): Probed(it.sites, probe(it.module, it.sites))
        for it in found.modules
    }
    if not probed:
        problem = (
            f"found no call to check in {found.files} Python files: name the folder that holds the "
            "code, or declare what hands functions over with --also"
        )
        problems.append(problem)
        return Report(job.shown_root, (), (), (), skipped, found.files, problems=problems)
    replaced = {path: it.sites[0].module.encode(it.module.text) for path, it in probed.items()}
    with mirror(job.root, replaced) as copy:
        skipped += copy.skipped
        results = _run_all(job, copy, progress)
        answers = _answers(job, copy, probed, results)
    runs = tuple(_described(asked, results[asked.name]) for asked in job.checkers)
    judged: list[JudgedCall] = []
    loose: list[JudgedCall] = []
    left_out: list[SkippedCall] = []
    for path, module in sorted(probed.items()):
        its = judge_module(path, module, answers[path])
        judged += its.sites
        loose += its.loose
        left_out += its.left_out
    findings = findings_of(judged, request_sessions=job.request_sessions)
    findings += loose_findings(loose)
    findings += _untyped_forwarders(job, found, sources)
    if not judged:
        problems.append("none of the calls found is one of a background task")
    return Report(
        root=job.shown_root,
        runs=runs,
        sites=[it.site for it in judged],
        findings=sorted(findings, key=_order),
        skipped=skipped,
        files=found.files,
        problems=problems,
        left_out=left_out,
    )


def _found(job: Job, forwarders: Sequence[Forwarder], sources: Sources) -> Scan:
    def name(path: Path) -> str:
        return module_name(job.root, path)

    return scan(job.paths, forwarders, module_name=name, sources=sources)


def _order(finding: Finding) -> tuple[PurePosixPath, int, int, str]:
    return finding.place.path, finding.place.line, finding.place.column, finding.rule


def _from_root(root: Path, path: Path) -> PurePosixPath:
    if path.is_relative_to(root):  # not resolved: a file may be a link that leads out
        return PurePosixPath(path.relative_to(root).as_posix())
    return PurePosixPath(path.resolve().relative_to(root.resolve()).as_posix())


def _unread(job: Job, found: Scan) -> list[str]:
    """Say which files keep the run from being a check: nobody knows what calls they hold."""
    return [
        f"{_from_root(job.root, it.path)}{f':{it.line}' if it.line else ''} may hold calls, but "
        f"Python {platform.python_version()} cannot read it ({it.detail}): mend it, or leave it "
        "out with --exclude"
        for it in found.unreadable
        if it.kind != "notebook"
    ]


def module_name(root: Path, path: Path) -> str:
    """Return the dotted name of a module: from where its outermost package lies."""
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while folder != root and (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


def _run_all(
    job: Job, copy: Mirror, progress: Callable[[str, str | None], None]
) -> dict[str, Run | CheckerError]:
    """Run the checkers side by side, one process a checker for everything."""

    def one(asked: Asked) -> Run | CheckerError:
        progress(asked.name, None)
        try:
            result = run(
                CHECKERS[asked.name],
                copy.path,
                paths=asked.paths,
                python=job.python,
                search=copy.editable(job.python),
                cache_dir=None if job.cache is None else job.cache / asked.name,
                timeout=job.timeout,
            )
        except CheckerError as error:
            if error.kind != "empty":
                progress(asked.name, "failed")
                return error
            result = _nothing(job, asked, error)
        progress(asked.name, f"{result.seconds:.1f} s")
        return result

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        futures = {it.name: pool.submit(one, it) for it in job.checkers}
        try:
            return {name: future.result() for name, future in futures.items()}
        except BaseException:  # Ctrl-C, SIGTERM
            pool.shutdown(wait=False, cancel_futures=True)
            # Again and again: one of them may be about to start its checker.
            while not all(future.done() for future in futures.values()):
                end_running()
                time.sleep(_A_MOMENT)
            raise


def _nothing(job: Job, asked: Asked, error: CheckerError) -> Run:
    """Return what a checker says whose config leaves out every file that has a call: nothing."""
    return Run(
        checker=asked.name,
        version=version_in(CHECKERS[asked.name], job.python),
        command=error.command,
        diagnostics=(),
        warnings=(),
        seconds=0,
        returncode=error.returncode or 0,
    )


def _answers(
    job: Job,
    copy: Mirror,
    probed: Mapping[PurePosixPath, Probed],
    results: dict[str, Run | CheckerError],
) -> dict[PurePosixPath, dict[str, Answers]]:
    """Sort what the checkers say by module; a checker that is not believed becomes a failure."""
    in_copy = {copy.path / path: it for path, it in probed.items()}
    answers: dict[PurePosixPath, dict[str, Answers]] = defaultdict(dict)
    for name, result in list(results.items()):
        if isinstance(result, CheckerError):
            continue
        evidence = collect(in_copy, result.diagnostics)
        if _is_in_doubt(name, in_copy, evidence):
            # Nothing was seen at all: is it the code, or does the checker not work here?
            failure = _distrust(job, name)
            if failure is not None:
                results[name] = failure
                continue
        unresolved: dict[Path, set[int]] = defaultdict(set)
        for diagnostic in result.diagnostics:
            if diagnostic.rule in CHECKERS[name].unresolved_import:
                unresolved[diagnostic.path].add(diagnostic.line)
        for path in probed:
            answers[path][name] = Answers(
                evidence[copy.path / path],
                frozenset(unresolved[copy.path / path]),
                job.config_reasons(name, path),
            )
    return answers


def _is_in_doubt(
    name: str, probed: Mapping[Path, Probed], evidence: Mapping[Path, list[Evidence]]
) -> bool:
    """Tell whether a checker sees nothing of any call, though to it there are some."""
    if any(it.arity for module in evidence.values() for it in module):
        return False
    return any(
        is_one(site, {name: evidence[path][site.index]})
        for path, module in probed.items()
        for site in module.sites
    )


def _distrust(job: Job, name: str) -> CheckerError | None:
    """Try a checker on code whose verdict is known, in the same environment."""
    try:
        prove(CHECKERS[name], python=job.python, timeout=job.timeout)
    except CheckerError as error:
        return error
    return None


def _described(asked: Asked, result: Run | CheckerError) -> CheckerRun:
    config = "" if asked.config is None else str(asked.config)
    if isinstance(result, CheckerError):
        return CheckerRun(asked.name, command=result.command, config=config, failure=str(result))
    return CheckerRun(
        asked.name, result.version, result.command, config=config, seconds=result.seconds
    )


def _untyped_forwarders(job: Job, found: Scan, sources: Sources) -> list[Finding]:
    """Find the project's own functions that hand arguments on, and who calls them."""
    paths: dict[ForwarderDefinition, PurePosixPath] = {}
    for module in found.modules:
        path = module.module.path
        for definition in forwarder_definitions(module.sites, module_name(job.root, path)):
            paths[definition] = _from_root(job.root, path)
    untyped = [it for it in paths if not it.typed]
    return forwarder_findings(untyped, paths, {it: _callers(job, it, sources) for it in untyped})


def _callers(job: Job, definition: ForwarderDefinition, sources: Sources) -> Callers:
    found = _found(job, (definition.forwarder,), sources)
    by_certainty: dict[Certainty, list[Place]] = defaultdict(list)
    for module in found.modules:
        path = _from_root(job.root, module.module.path)
        for site in module.sites:
            by_certainty[certainty(site)].append(Place(path, site.line, site.column))
    # A method that is called like one of those that are looked for is called everywhere.
    of_many = definition.forwarder.last_name in {it.last_name for it in job.forwarders}
    return Callers(by_certainty["certain"], None if of_many else by_certainty["possible"])
