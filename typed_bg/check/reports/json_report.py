"""The report for other programs: JSON, described by `schema.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from typed_bg.check.reports.wording import VERDICTS, failed, page_of, tool_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg.check.results.report import (
        CheckerRun,
        Finding,
        Judgement,
        Place,
        Reason,
        Report,
        ReportedCall,
        SkippedCall,
    )

VERSION: Final = 1
"""The version of the format. New fields do not change it; changed or removed fields do."""


def json_report(report: Report) -> str:
    """Return a report as JSON, in ASCII so that every pipe can carry it."""
    index = {call: number for number, call in enumerate(report.calls)}
    whole: dict[str, object] = {
        "version": VERSION,
        "tool": {"name": "typed-bg", "version": tool_version()},
        "root": report.root,
        "complete": bool(report.runs) and not failed(report) and not report.problems,
        "files": report.files,
        "suppressed": report.suppressed,
        "problems": list(report.problems),
        "notes": list(report.notes),
        "checkers": [_run(report, run) for run in report.runs],
        "findings": [_finding(finding, index) for finding in report.findings],
        "calls": [_call(call) for call in report.calls],
        "skipped_files": [
            {"path": str(file.path), "why": file.why} for file in report.skipped_files
        ],
        "skipped_calls": [_skipped_call(call) for call in report.skipped_calls],
        "also_found": [
            {"family": each.family, "name": each.name, "calls": each.calls}
            for each in report.also_found
        ],
    }
    return json.dumps(whole, indent=2) + "\n"


def _run(report: Report, run: CheckerRun) -> dict[str, object]:
    return {
        "name": run.checker,
        "version": run.version or None,
        "command": list(run.command),
        "config": run.config or None,
        "seconds": round(run.seconds, 3),
        "failure": run.failure or None,
        "calls": {verdict: report.count(run.checker, verdict) for verdict in VERDICTS},
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "path": str(place.path),
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    return [
        {
            "code": reason.code,
            "fact": reason.fact,
            "fix": reason.fix,
            "place": _place(reason.place) if reason.place else None,
            "url": page_of(reason.code),
        }
        for reason in reasons
    ]


def _judgement(judgement: Judgement) -> dict[str, object]:
    return {
        "checker": judgement.checker,
        "verdict": judgement.verdict,
        "unseen": list(judgement.unseen),
        "reasons": _reasons(judgement.reasons),
        "unexplained": judgement.unexplained or None,
    }


def _call(call: ReportedCall) -> dict[str, object]:
    return {
        "place": _place(call.place),
        "function": call.function,
        "source": call.source,
        "callee": call.callee,
        "target": call.target,
        "arguments": list(call.arguments),
        "judgements": [_judgement(judgement) for judgement in call.judgements],
    }


def _skipped_call(call: SkippedCall) -> dict[str, object]:
    return {
        "place": _place(call.place),
        "callee": call.callee,
        "why": call.why,
        "type": call.type or None,
    }


def _finding(finding: Finding, index: dict[ReportedCall, int]) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "place": _place(finding.place),
        "message": finding.message,
        "source": finding.source,
        "call": None if finding.call is None else index.get(finding.call),
        "calls": [index[call] for call in finding.calls],
        "reasons": _reasons(finding.reasons),
        "reported_by": list(finding.reported_by),
        "silent": list(finding.silent),
        "fix_command": finding.fix_command or None,
        "fingerprint": finding.fingerprint or None,
        "url": page_of(finding.rule),
    }
