"""Six checkers on a corpus: their verdicts, the reasons, and that each fix helps."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import corpus_outcomes
import pytest
from corpus_outcomes import FIXED, REASONS, RECORD

from typed_bg.check.calls.project_scan import scan
from typed_bg.check.probes.probe import probe
from typed_bg.check.verdicts.evidence import collect
from typed_bg.check.verdicts.verdict import decide, decide_directly, direct_errors
from typed_bg.checkers import CHECKERS, run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from corpus_outcomes import Outcome

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.project_scan import ModuleSites
    from typed_bg.check.probes.probe import ProbedModule
    from typed_bg.check.results.report import Finding, Judgement, Report, ReportedCall
    from typed_bg.check.verdicts.evidence import Evidence

pytestmark = pytest.mark.xdist_group("corpus")

# Modules that are not about a reason, or about a reason without a fix of its own.
_WITHOUT_REMEDY = {"clean", "arguments", "never_runs"}
# Every reason that this corpus has to show; those of configs and layouts have their own tests.
_CODES = {
    *("any-arguments", "cached-function", "callable-ellipsis", "checker-limit", "ignore-comment"),
    *("no-type-check", "receiver-any", "receiver-none", "redefined-name", "splat", "target-any"),
    "target-none",
    "redefined-function",
    *("trampoline", "unannotated-function", "unreachable", "unresolved-import"),
    *("untyped-decorator", "untyped-import", "untyped-parameter"),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Run all checkers once over the corpus."""
    return corpus_outcomes.report_on_reasons(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def found(report: Report) -> dict[str, dict[str, Outcome]]:
    """Return what came out, by module and call."""
    return corpus_outcomes.outcomes(report)


def test_verdicts_and_reasons_are_those_on_record(found: dict[str, dict[str, Outcome]]) -> None:
    """Each checker's verdict about each call is the recorded one."""
    record = tomllib.loads(RECORD.read_text("utf-8"))
    assert corpus_outcomes.recorded(found) == record


def test_every_reason_is_shown_and_none_is_missing(report: Report) -> None:
    """No verdict is without an established reason."""
    codes = {reason.code for judgement in _judgements(report) for reason in judgement.reasons}
    assert codes == _CODES
    assert all(
        bool(judgement.reasons) == (judgement.verdict != "checked")
        for judgement in _judgements(report)
    )


def test_every_reason_says_what_to_change_and_where(report: Report) -> None:
    """A reason names a place in its file, and checkers that agree say it in the same words."""
    for site in report.calls:
        facts: dict[str, set[str]] = {}
        for judgement in site.judgements:
            for reason in judgement.reasons:
                assert reason.fix
                assert reason.place is not None
                assert reason.place.path == site.place.path
                facts.setdefault(f"{reason.code}:{reason.place}", set()).add(reason.fact)
        assert all(len(fact) == 1 for code, fact in facts.items() if "splat" not in code), facts


@pytest.mark.parametrize(
    "name",
    sorted({path.stem.removesuffix(FIXED) for path in REASONS.glob(f"*{FIXED}.py")}),
)
def test_remedy_helps(name: str, report: Report) -> None:
    """Once the fix is applied, every checker that did not check the call does."""
    before = _sites(report, name)
    after = _sites(report, name + FIXED)
    assert before
    assert after
    assert any(judgement.verdict != "checked" for site in before for judgement in site.judgements)
    assert [
        site.source for site in after if not corpus_outcomes.is_clean(corpus_outcomes.outcome(site))
    ] == []


def test_every_module_has_its_remedy_applied() -> None:
    """There is a fixed module for each that shows a reason."""
    modules = {path.stem for path in REASONS.glob("*.py") if "add_task" in path.read_text("utf-8")}
    fixed = {module.removesuffix(FIXED) for module in modules if module.endswith(FIXED)}
    broken = {module for module in modules if not module.endswith(FIXED)} - _WITHOUT_REMEDY
    assert {stem for stem in broken if not any(stem.startswith(name) for name in fixed)} == set()


def test_wrong_arguments_are_found_once_each_at_their_place(report: Report) -> None:
    """One finding a cause, at the argument, with who reports it; none for an inner call."""
    got = {
        (finding.place.line, finding.place.column): len(finding.reported_by)
        for finding in _findings(report, "arguments", "wrong-argument")
    }
    assert got == {
        (13, 28): 6,  # a type
        (14, 34): 6,  # an unknown keyword
        (15, 19): 6,  # a missing argument
        (16, 40): 6,  # one too many; mypy says of the same argument that its type is wrong
        (17, 28): 6,
        (17, 31): 6,
        (17, 41): 6,  # three types
        (20, 9): 6,
        (21, 16): 6,  # two types of a call over several lines
        (24, 28): 4,  # beside an error within the argument, of which pyright says only that
        (25, 41): 6,
        (26, 41): 6,
    }


def test_what_never_runs_is_found(report: Report) -> None:
    """Generators, coroutines, and lambdas that return one, where nobody awaits it."""
    findings = _findings(report, "never_runs", "never-runs")
    assert {finding.place.line: bool(finding.reported_by) for finding in findings} == {
        27: False,
        28: False,
        29: False,
        30: False,
    }
    (called,) = _findings(report, "never_runs", "called-target")
    assert called.place.line == 32
    assert called.reported_by
    assert called.reasons[0].fix == "pass `wait, user` instead of `wait(user)`"
    assert not _findings(report, "never_runs", "wrong-argument")


def test_untyped_forwarder_names_its_callers(report: Report) -> None:
    """A function that hands arguments on untyped is found, a typed one is not."""
    (finding,) = _findings(report, "forwarding", "untyped-forwarder")
    assert finding.place.line == 13
    assert "forwarding.py:18:5" in finding.message
    assert not _findings(report, "forwarding_fixed", "untyped-forwarder")


def _judgements(report: Report) -> list[Judgement]:
    return [judgement for site in report.calls for judgement in site.judgements]


def _sites(report: Report, module: str) -> list[ReportedCall]:
    """Return the calls of a module, and of its variants that share one fix."""
    fixed = module.endswith(FIXED)
    stems = {site.place.path.stem for site in report.calls}
    ours = {
        stem for stem in stems if stem == module or (not fixed and stem.startswith(f"{module}_"))
    }
    ours = {stem for stem in ours if stem.endswith(FIXED) == fixed}
    return [site for site in report.calls if site.place.path.stem in ours]


def _findings(report: Report, module: str, rule: str) -> list[Finding]:
    path = PurePosixPath(f"{module}.py")
    return [
        finding
        for finding in report.findings
        if finding.rule == rule and finding.place.path == path
    ]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ModuleSites]]:
    """Copy the corpus and find its calls."""
    root = tmp_path_factory.mktemp("alone") / "reasons"
    shutil.copytree(REASONS, root)
    return root, list(scan((root,)).modules)


@pytest.mark.xdist_group("alone")  # six checkers, twice: apart from the module's others
@pytest.mark.full
@pytest.mark.parametrize("rounds", [1, 99])
def test_probes_do_not_disturb_each_other(
    tree: tuple[Path, list[ModuleSites]], rounds: int
) -> None:
    """A call that is probed alone in its module gets the verdict that it gets among all others."""
    root, modules = tree
    together = _decisions(root, modules, None)
    most = max(len(sites) for _, sites in modules)
    compared = 0
    for index in range(min(most, rounds)):
        alone = _decisions(root, modules, index)
        assert alone == {key: together[key] for key in alone}
        compared += len(alone)
    assert compared > len(modules) * len(CHECKERS) / 2


def _decisions(
    root: Path, modules: list[ModuleSites], index: int | None
) -> dict[tuple[str, str, int], tuple[object, ...]]:
    """Decide on all calls, or on one of each module while the others are not probed."""
    probed: dict[Path, ProbedModule] = {}
    for module, sites in modules:
        asked = [site for site in sites if index is None or site.index == index]
        probed[module.path] = probe(module, asked)
    originals = {path: path.read_bytes() for path in probed}
    try:
        for path, probed_module in probed.items():
            path.write_bytes(probed_module.content)
        with ThreadPoolExecutor(max_workers=2) as pool:
            runs = pool.map(
                lambda name: run(CHECKERS[name], root, python=Path(sys.executable)), CHECKERS
            )
            evidence = {run.checker: collect(probed, run.diagnostics) for run in runs}
    finally:
        for path, raw in originals.items():
            path.write_bytes(raw)
    return {
        (checker, path.name, site.index): _decision(site, answer, checker)
        for checker, of_module in evidence.items()
        for path, module in probed.items()
        for site, answer in zip(module.sites, of_module[path], strict=True)
    }


def _decision(site: CallSite, evidence: Evidence, checker: str) -> tuple[object, ...]:
    """Return the verdicts on a call and on its direct call, and what is reported about that."""
    decision = decide(site, evidence, checker)
    errors = direct_errors(site, evidence, decision, checker)
    return (
        decision,
        decide_directly(site, evidence, decision, checker),
        [(error.argument, error.diagnostic.rule) for error in errors],
    )
