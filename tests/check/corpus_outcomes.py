"""The corpus, and what six checkers make of it, in the short form in which it is recorded.

`python tests/check/corpus_outcomes.py` records what they make of it now. Read the difference: a
verdict that changed with a checker's version is a fact to look at, not a number to update.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg.check.results.report import Judgement, Report, ReportedCall

CORPUS = Path(__file__).parent / "corpus"
REASONS = CORPUS / "reasons"
RECORD = CORPUS / "reasons.toml"
FIXED = "_fixed"

Outcome = dict[str, str]
"""What is concluded, such as `unchecked untyped-decorator`, and the checkers of which it is so."""


def report_on(
    root: Path, checkers: Iterable[str] = CHECKERS, *, python: str = sys.executable
) -> Report:
    """Check a project as the command does, with some checkers, all of which have to work."""
    settings = Settings(checkers=tuple(checkers), python=python)
    report = check_project(Request((root,), settings)).report
    failures = [run.failure for run in report.runs if run.failure]
    if failures:
        raise AssertionError("\n".join(failures))
    return report


def report_on_reasons(folder: Path) -> Report:
    """Check a copy of the corpus, which stands apart from this repository's own settings."""
    root = folder / "reasons"
    shutil.copytree(REASONS, root)
    return report_on(root)


def outcomes(report: Report) -> dict[str, dict[str, Outcome]]:
    """Return the outcome of every call, by module and call."""
    found: dict[str, dict[str, Outcome]] = {}
    for site in report.calls:
        found.setdefault(site.place.path.stem, {})[name_of(site)] = outcome(site)
    return found


def name_of(site: ReportedCall) -> str:
    """Name a call by its line, target and arguments."""
    return f"{site.place.line} {site.target}({', '.join(site.arguments)})"


def outcome(site: ReportedCall) -> Outcome:
    """Return what the checkers make of one call."""
    found: dict[str, list[str]] = {}
    for judgement in site.judgements:
        found.setdefault(conclusion(judgement), []).append(judgement.checker)
    return {outcome: " ".join(names) for outcome, names in found.items()}


def conclusion(judgement: Judgement) -> str:
    """Write a judgement short: the verdict, the arguments that are unseen, the reasons."""
    unseen = f"[{', '.join(judgement.unseen)}]" if judgement.unseen else ""
    return " ".join([judgement.verdict + unseen, *(reason.code for reason in judgement.reasons)])


def is_clean(found: Outcome) -> bool:
    """Tell whether every checker checks a call."""
    return list(found) == ["checked"]


def recorded(found: dict[str, dict[str, Outcome]]) -> dict[str, dict[str, Outcome]]:
    """Leave out the calls that every checker checks, which need no record."""
    kept = {
        module: {name: outcome for name, outcome in calls.items() if not is_clean(outcome)}
        for module, calls in found.items()
    }
    return {module: calls for module, calls in kept.items() if calls}


def _written(found: dict[str, dict[str, Outcome]]) -> str:
    lines = ["# What the checkers make of the calls that not all of them check."]
    for module, calls in found.items():
        lines += ["", f"[{module}]"]
        for name, outcome in calls.items():
            whose = ", ".join(f"{_quoted(what)} = {_quoted(who)}" for what, who in outcome.items())
            lines.append(f"{_quoted(name)} = {{ {whose} }}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def main() -> None:
    """Record what the checkers make of the corpus."""
    with tempfile.TemporaryDirectory() as folder:
        found = outcomes(report_on_reasons(Path(folder)))
    RECORD.write_text(_written(recorded(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
