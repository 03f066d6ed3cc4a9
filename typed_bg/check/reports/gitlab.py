"""The report as GitLab's Code Quality artifact, which merge requests show next to the lines."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from typed_bg.check.reports.wording import (
    calls_of,
    facts,
    fixes,
    from_here,
    page_of,
    problems,
    unexplained,
)

if TYPE_CHECKING:
    from typed_bg.check.results.report import Finding, Report

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def gitlab(report: Report) -> str:
    """Return the findings as a JSON list.

    The format has no place for a run that failed. Each problem is an entry of severity `blocker`,
    so that a failed run never looks clean.
    """
    entries = [_entry(report, finding) for finding in report.findings]
    entries += [_failure(report, problem) for problem in problems(report)]
    return json.dumps(entries, indent=2) + "\n"


def _failure(report: Report, problem: str) -> dict[str, object]:
    return {
        "description": problem,
        "check_name": "could-not-check",
        "severity": "blocker",
        "fingerprint": _hash(problem),
        "location": {"path": report.root, "lines": {"begin": 1}},
    }


def _entry(report: Report, finding: Finding) -> dict[str, object]:
    place = finding.place
    path = from_here(report, place.path)
    lines = [
        finding.message,
        *facts(finding),
        *unexplained(finding),
        *fixes(finding),
        *calls_of(finding),
        page_of(finding.rule),
    ]
    return {
        "description": "\n".join(lines),
        "check_name": finding.rule,
        "severity": _SEVERITIES[finding.level],
        # A finding without a fingerprint of its own is about a line, not about a call.
        "fingerprint": finding.fingerprint or _hash(f"{finding.rule} {path} {place.line}"),
        "location": {
            "path": path,
            "positions": {
                "begin": {"line": place.line, "column": place.column},
                "end": {
                    "line": place.end_line or place.line,
                    "column": place.end_column or place.column,
                },
            },
        },
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:20]
