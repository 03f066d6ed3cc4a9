"""The result of `typed-bg fix` as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.fix.measure import Call, CallKey
    from typed_bg.fix.proof import Proven
    from typed_bg.fix.run import FixOutcome

_MANY = 3  # calls that a line names


def fix_line(proven: Proven) -> str:
    """Return one line about a fix: what it does, and what it achieves."""
    edit = proven.edit
    unsafe = "" if edit.safe else " (unsafe)"
    return f"{edit.path}: {edit.reason}: {edit.summary}{unsafe}: {_gains(proven)}"


def _gains(proven: Proven) -> str:
    calls: dict[CallKey, list[str]] = {}
    for gain in proven.gains:
        calls.setdefault(gain.call, []).append(gain.checker)
    by_checkers: dict[tuple[str, ...], list[CallKey]] = {}
    for call, checkers in calls.items():
        by_checkers.setdefault(tuple(filter(None, checkers)), []).append(call)
    parts: list[str] = []
    for names, keys in by_checkers.items():
        shown = ", ".join(map(str, keys[:_MANY]))
        more = f" and {len(keys) - _MANY} more" if len(keys) > _MANY else ""
        is_checked = f"checked by {', '.join(names)}" if names else "no longer reported as wrong"
        parts.append(f"{shown}{more} {is_checked}")
    return "; ".join(parts)


def unfixed(outcome: FixOutcome) -> list[tuple[CallKey, Call]]:
    """Return the calls that not every checker checks, also after the fixes."""
    return [
        (key, call)
        for key, call in outcome.proof.after.calls.items()
        if any(each.verdict != "checked" for each in call.site.judgements)
    ]


def text_lines(outcome: FixOutcome, *, written: bool) -> list[str]:
    """Return the lines after the diff: the fixes, what was tried, what is left, a summary."""
    proof = outcome.proof
    lines = [f"fixed: {fix_line(proven)}" for proven in proof.proven] if written else []
    if not written:
        lines = [f"fix: {fix_line(proven)}" for proven in proof.proven]
    lines += [
        f"not fixed: {rejected.edit.path}: {rejected.edit.reason}: {rejected.edit.summary}: "
        f"{rejected.why}"
        for rejected in proof.rejected
    ]
    left = unfixed(outcome)
    for key, call in left:
        reasons = dict.fromkeys(
            (reason.code, reason.fact)
            for judgement in call.site.judgements
            for reason in judgement.reasons
        )
        checkers = [each.checker for each in call.site.judgements if each.verdict != "checked"]
        why = "; ".join(f"{code}: {fact}" for code, fact in reasons)
        lines.append(f"left: {key}: not checked by {', '.join(checkers)}: {why}")
    lines += [f"note: {note}" for note in outcome.notes]
    checked = {gain.call for proven in proof.proven for gain in proven.gains}
    verb = "made" if written else "to make"
    lines.append(
        f"typed-bg fix: {_count(len(proof.proven), 'fix', 'fixes')} {verb} in "
        f"{_count(len(outcome.changed), 'file', 'files')}: "
        f"{_count(len(checked), 'call', 'calls')} improved, {len(left)} not checked by every "
        "checker"
    )
    if proof.proven and not written:
        lines.append("typed-bg fix: nothing was written: --write applies the fixes")
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
                    for each in call.site.judgements
                ],
            }
            for key, call in unfixed(outcome)
        ],
        "files": [{"path": str(each.path), "diff": each.diff()} for each in outcome.changed],
        "notes": list(outcome.notes),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _proven(proven: Proven) -> dict[str, object]:
    return {
        "path": str(proven.edit.path),
        "reason": proven.edit.reason,
        "summary": proven.edit.summary,
        "safe": proven.edit.safe,
        "calls": [_gain(gain.call, gain.checker) for gain in proven.gains],
    }


def _gain(call: CallKey, checker: str) -> dict[str, object]:
    return {"path": str(call.path), "line": call.line, "checked_by": checker or None}


def failures(outcome: FixOutcome) -> Sequence[str]:
    """Return why the project could not be checked."""
    report = outcome.proof.before.report
    return [*(run.failure for run in report.runs if run.failure), *report.problems]
