"""The result of `typed-bg fix` as text, JSON and SARIF."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from typed_bg.check.reports.sarif import sarif
from typed_bg.check.results.baseline import fingerprints
from typed_bg.check.results.causes import by_cause
from typed_bg.check.results.proposed_fix import ProposedFix
from typed_bg.fix.further import further_lines
from typed_bg.fix.revealed import wrong_calls, wrong_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typed_bg.check.results.report import Finding, Verdict
    from typed_bg.fix.changed_file import ChangedFile
    from typed_bg.fix.measure import CallKey, MeasuredCall
    from typed_bg.fix.proof import Gain, Proven
    from typed_bg.fix.revealed import Revealed
    from typed_bg.fix.run import FixOutcome

_MANY = 3  # calls that a line names
_OF_A_CALL = frozenset({"ignore-comment", "called-target", "trampoline", "checker-limit"})


def fix_line(proven: Proven) -> str:
    """Return one line about a fix: what it does, and what it achieves."""
    edit = proven.edit
    unsafe = "" if edit.safe else " (unsafe)"
    reveals = f"; it reveals {wrong_calls(proven.reveals)}" if proven.reveals else ""
    return f"{edit.path}: {edit.reason}: {edit.summary}{unsafe}: {_gains(proven)}{reveals}"


def _gains(proven: Proven) -> str:
    calls: dict[CallKey, dict[Verdict, list[str]]] = {}
    for gain in proven.gains:
        checkers = calls.setdefault(gain.call, {}).setdefault(gain.verdict, [])
        checkers += filter(None, [gain.checker])
    by_result: dict[str, list[CallKey]] = {}
    for call, verdicts in calls.items():
        by_result.setdefault(_result(verdicts), []).append(call)
    parts: list[str] = []
    for result, keys in by_result.items():
        shown = ", ".join(map(str, keys[:_MANY]))
        more = f" and {len(keys) - _MANY} more" if len(keys) > _MANY else ""
        parts.append(f"{shown}{more} {result}")
    return "; ".join(parts)


def _result(verdicts: Mapping[Verdict, Sequence[str]]) -> str:
    """Return what is better about a call."""
    forms = {"checked": "checked by {}", "arity-only": "names and number checked by {}"}
    parts = [
        forms[verdict].format(", ".join(checkers))
        for verdict, checkers in verdicts.items()
        if checkers
    ]
    return ", ".join(parts) or "no longer reported"


def unfixed(outcome: FixOutcome) -> list[tuple[CallKey, MeasuredCall]]:
    """Return the calls that not every checker checks, also after the fixes."""
    return [
        (key, call)
        for key, call in outcome.proof.after.calls.items()
        if any(each.verdict != "checked" for each in call.reported.judgements)
    ]


def text_lines(outcome: FixOutcome, options: Sequence[str], *, written: bool) -> list[str]:
    """Return the lines after the diff: the fixes, what was tried, what is left, a summary.

    Args:
        outcome: The result.
        options: The arguments of the command line.
        written: Whether the fixes were written.
    """
    proof = outcome.proof
    lines: list[str] = []
    for proven in proof.proven:
        lines += [f"{'fixed' if written else 'fix'}: {fix_line(proven)}"]
        lines += wrong_lines(proven.reveals)
    for rejected in proof.rejected:
        edit = rejected.edit
        is_of_call = edit.reason in _OF_A_CALL and len(rejected.calls) == 1
        where = next(iter(rejected.calls)) if is_of_call else edit.path
        lines += [f"not fixed: {where}: {edit.reason}: {edit.summary}: {rejected.why}"]
        lines += wrong_lines(rejected.reveals)
    left = unfixed(outcome)
    for key, call in left:
        reasons = dict.fromkeys(
            (reason.code, reason.fact)
            for judgement in call.reported.judgements
            for reason in judgement.reasons
        )
        checkers = [each.checker for each in call.reported.judgements if each.verdict != "checked"]
        why = "; ".join(f"{code}: {fact}" for code, fact in reasons) or "no cause was found"
        lines.append(f"left: {key}: not checked by {', '.join(checkers)}: {why}")
    lines += [f"note: {note}" for note in outcome.notes]
    checked = {gain.call for proven in proof.proven for gain in proven.gains}
    wrong = {each.call for proven in proof.proven for each in proven.reveals}
    revealed = f" ({len(wrong)} of them wrong)" if wrong else ""
    verb = "made" if written else "to make"
    lines.append(
        f"typed-bg fix: {_count(len(proof.proven), 'fix', 'fixes')} {verb} in "
        f"{_count(len(outcome.changed), 'file', 'files')}: "
        f"{_count(len(checked), 'call', 'calls')} improved{revealed}, {len(left)} not checked by "
        "every checker"
    )
    if proof.proven and not written:
        lines.append("typed-bg fix: nothing was written: --write applies the fixes")
    lines += [f"typed-bg fix: {line}" for line in further_lines(outcome, options)]
    return lines


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def json_text(outcome: FixOutcome, *, written: bool) -> str:
    """Return the result as JSON."""
    proof = outcome.proof
    content = {
        "written": written,
        "checkers": [run.checker for run in proof.before.report.runs if not run.failure],
        "fixes": [_proven(each) for each in proof.proven],
        "rejected": [
            {
                "path": str(each.edit.path),
                "reason": each.edit.reason,
                "summary": each.edit.summary,
                "why": each.why,
                "reveals": [_wrong(wrong) for wrong in each.reveals],
            }
            for each in proof.rejected
        ],
        "left": [
            {
                "path": str(key.path),
                "line": key.line,
                "judgements": [
                    {
                        "checker": each.checker,
                        "verdict": each.verdict,
                        "reasons": [
                            {"code": reason.code, "fact": reason.fact, "fix": reason.fix}
                            for reason in each.reasons
                        ],
                    }
                    for each in call.reported.judgements
                ],
            }
            for key, call in unfixed(outcome)
        ],
        "files": [_file(each) for each in outcome.changed],
        "notes": list(outcome.notes),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _file(changed: ChangedFile) -> dict[str, object]:
    change = changed.change
    edits = None if change is None else [edit._asdict() for edit in change.edits]
    return {
        "path": str(changed.path),
        "new": changed.before is None,
        "diff": changed.diff(),
        "edits": edits,
    }


def sarif_text(outcome: FixOutcome) -> str:
    """Return the findings that the fixes remove as SARIF, each with its fix.

    A fix contains all changes of the files that it needs: they were proven together.
    """
    found = outcome.proof.before
    places = {call.reported: key for key, call in found.calls.items()}
    groups = _groups(outcome)
    proposed: dict[Finding, ProposedFix] = {}
    for finding in by_cause(fingerprints(found.report.findings)):
        for call in finding.calls or filter(None, [finding.call]):
            fix = groups.get(places[call])
            if fix is not None:
                proposed[finding] = fix
    return sarif(replace(found.report, findings=list(proposed)), proposed)


def _groups(outcome: FixOutcome) -> dict[CallKey, ProposedFix]:
    """Return the fix of each call: fixes that share a call or a file are one."""
    changes = {each.path: each.change for each in outcome.changed}
    groups: list[list[Proven]] = []
    for proven in outcome.proof.proven:
        joined = [group for group in groups if any(_share(proven, each) for each in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*(each for group in joined for each in group), proven])
    found: dict[CallKey, ProposedFix] = {}
    for group in groups:
        files = dict.fromkeys(proven.edit.path for proven in group)
        those = [change for path in files if (change := changes[path]) is not None]
        if len(those) == len(files):
            description = "; ".join(fix_line(proven) for proven in group)
            fix = ProposedFix(description, those)
            found |= {gain.call: fix for proven in group for gain in proven.gains}
    return found


def _share(one: Proven, other: Proven) -> bool:
    calls = {gain.call for gain in one.gains} & {gain.call for gain in other.gains}
    return bool(calls) or one.edit.path == other.edit.path


def _proven(proven: Proven) -> dict[str, object]:
    return {
        "path": str(proven.edit.path),
        "reason": proven.edit.reason,
        "summary": proven.edit.summary,
        "safe": proven.edit.safe,
        "calls": [_gain(gain) for gain in proven.gains],
        "reveals": [_wrong(wrong) for wrong in proven.reveals],
    }


def _wrong(revealed: Revealed) -> dict[str, object]:
    call, checker, message = revealed
    return {"path": str(call.path), "line": call.line, "checker": checker, "message": message}


def _gain(gain: Gain) -> dict[str, object]:
    return {
        "path": str(gain.call.path),
        "line": gain.call.line,
        "checked_by": gain.checker or None,
        "verdict": gain.verdict if gain.checker else None,
    }


def failures(outcome: FixOutcome) -> Sequence[str]:
    """Return why the project could not be checked."""
    report = outcome.proof.before.report
    return [*(run.failure for run in report.runs if run.failure), *report.problems]
