"""Ask again about calls in functions that pyright gives up on because of the probes.

pyright does not look into a function in which too many ways of execution join (768 in 1.1.414; each
step counts for 1/40 of a way). A call in a `try` statement is a way into each of its `except`
clauses, so the probes of some forty calls are too many there. pyright says so on the line of the
`def`, unless `reportGeneralTypeIssues` is off, and about the code of the module at its beginning.
The other checkers answer however many probes there are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from typed_bg._source.scopes import FunctionNode
from typed_bg.check.probes.probe import probe
from typed_bg.check.verdicts.evidence import collect
from typed_bg.check.verdicts.revealed_types import is_any
from typed_bg.checkers import CheckerError, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.checker_runs import Part, Runner
    from typed_bg.check.probes.declarations import Declarations
    from typed_bg.check.probes.probe import ProbedModule
    from typed_bg.check.project.checker_choice import CheckerToRun
    from typed_bg.check.verdicts.evidence import Evidence
    from typed_bg.checkers import Diagnostic

    Sites = Sequence[CallSite]
    AskAgain = Callable[
        [Mapping[Path, Sites]], tuple[Mapping[Path, ProbedModule], Run | CheckerError]
    ]

_GIVES_UP = frozenset({"pyright", "basedpyright"})
_TOO_COMPLEX = "too complex to analyze"
# Fewer are never too many for a function that pyright checks without them and says nothing about.
_MANY_PROBES = 100


def evidence_of(
    run: Run, probed: Mapping[Path, ProbedModule], ask_again: AskAgain
) -> tuple[dict[Path, list[Evidence]], float]:
    """Return the evidence of a run, completed by further runs with fewer probes where needed.

    Args:
        run: The run of a checker.
        probed: The modules with probes that it looked at.
        ask_again: Probes only the given calls, and runs the checker on their modules.

    Returns:
        The evidence, and how many seconds the further runs took. A call about which the checker
        can't even be asked alone is `too_complex`.
    """
    found = collect(probed, run.diagnostics)
    seconds = 0.0
    if run.checker not in _GIVES_UP:
        return found, seconds
    waiting: dict[Path, list[Sites]] = {}
    for path, module in probed.items():
        if sites := _given_up(path, module, found[path], run.diagnostics):
            waiting[path] = _halves(sites)
    while waiting:
        again, result = ask_again({path: queue.pop(0) for path, queue in waiting.items()})
        diagnostics = () if isinstance(result, CheckerError) else result.diagnostics
        seconds += 0 if isinstance(result, CheckerError) else result.seconds
        for path, answers in collect(again, diagnostics).items():
            module = again[path]
            left = _given_up(path, module, answers, diagnostics)
            if isinstance(result, CheckerError):
                left = module.sites
            for site, evidence in zip(module.sites, answers, strict=True):
                found[path][site.index] = replace(evidence, too_complex=site in left)
            if len(left) > 1 and not isinstance(result, CheckerError):
                waiting[path] += _halves(left)
        waiting = {path: queue for path, queue in waiting.items() if queue}
    return found, seconds


def ask_again(  # each is a part of the question
    runner: Runner,
    part: Part,
    checker: CheckerToRun,
    declared: Declarations,
    asked: Mapping[Path, Sequence[CallSite]],
) -> tuple[Mapping[Path, ProbedModule], Run | CheckerError]:
    """Run a checker on modules in which only some of the calls have probes.

    Args:
        runner: Runs it.
        part: The files that it is started on together.
        checker: The checker.
        declared: The functions that the copy declares without their decorators.
        asked: The calls of each module.
    """
    again = {path: probe(sites[0].module, sites, declared) for path, sites in asked.items()}
    before = {path: path.read_bytes() for path in again}
    try:
        for path, probed in again.items():
            path.write_bytes(probed.content)
        paths = tuple(PurePosixPath(path.relative_to(runner.copy.path)) for path in again)
        return again, runner.run_one(replace(part, paths=paths), checker)
    finally:
        for path, content in before.items():
            path.write_bytes(content)


def _halves(sites: Sites) -> list[Sites]:
    """Divide calls so that each function's are divided, too."""
    return [half for half in (sites[::2], sites[1::2]) if half]


def _given_up(
    path: Path,
    probed: ProbedModule,
    evidence: Sequence[Evidence],
    diagnostics: Sequence[Diagnostic],
) -> Sites:
    """Return the calls about which a checker says nothing, perhaps because of the probes."""
    places = {
        (diagnostic.line, diagnostic.column)
        for diagnostic in diagnostics
        if diagnostic.path == path and _TOO_COMPLEX in diagnostic.message
    }
    if not places and len(probed.probes) < _MANY_PROBES:
        return ()
    lines = {line for line, _ in places}
    by_index = {site.index: site for site in probed.sites}
    number = Counter(_outermost(by_index[probe.site]) for probe in probed.probes)
    silent: list[CallSite] = []
    for site, answer in zip(probed.sites, evidence, strict=True):
        if answer.arity or answer.direct.arity:
            continue
        is_said = (1, 1) in places or any(
            isinstance(scope, FunctionNode) and scope.lineno in lines
            for scope in site.context.scopes
        )
        knows_nothing = answer.receiver is None or is_any(answer.receiver)
        if is_said or (knows_nothing and number[_outermost(site)] >= _MANY_PROBES):
            silent.append(site)
    return silent


def _outermost(site: CallSite) -> FunctionNode | None:
    functions = [scope for scope in site.context.scopes if isinstance(scope, FunctionNode)]
    return functions[-1] if functions else None
