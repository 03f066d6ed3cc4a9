"""The report as SARIF 2.1.0, which code-scanning services read.

Figures in comments are sections of the standard (OASIS, SARIF 2.1.0 with errata 01).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from typed_bg.check.reports.wording import (
    checker_groups,
    facts,
    failed,
    fixes,
    from_here,
    page_of,
    skipped_call_why,
    tool_version,
    unexplained,
    unknown,
)
from typed_bg.check.results.rules import RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import PurePosixPath

    from typed_bg.check.results.proposed_fix import LineEdit, ProposedFix
    from typed_bg.check.results.report import Finding, Place, Reason, Report
    from typed_bg.check.results.rules import Level

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"  # code-scanning services read it as the root of the repository
_FINGERPRINT = "typedBg/v1"
_IDS = list(RULES)


def sarif(report: Report, proposed: Mapping[Finding, ProposedFix] | None = None) -> str:
    """Return a report as SARIF 2.1.0.

    Args:
        report: The report.
        proposed: Fixes of its findings, which are known to work.
    """
    proposed = proposed or {}
    changed = (change.path for fix in proposed.values() for change in fix.changes)
    paths = list(dict.fromkeys([*(place.path for place in _places(report)), *changed]))
    index = {path: number for number, path in enumerate(paths)}
    run: dict[str, object] = {
        "tool": _tool(report),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The directory in which the check was run."}}
        },
        "invocations": [_invocation(report)],
        "artifacts": [{"location": _artifact(report, path, index)} for path in paths],
        "results": [
            _result(report, finding, index) | _fixes(report, proposed.get(finding), index)
            for finding in report.findings
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _places(report: Report) -> Iterable[Place]:
    for finding in report.findings:
        yield finding.place
        yield from (reason.place for reason in finding.reasons if reason.place)
        yield from (call.place for call in finding.calls)


def _tool(report: Report) -> dict[str, object]:
    return {
        "driver": {
            "name": "typed-bg",
            "semanticVersion": tool_version(),
            "rules": [_rule(rule) for rule in RULES.values()],
        },
        # 3.18.3: the components besides the driver.
        "extensions": [
            {"name": run.checker, **({"version": run.version} if run.version else {})}
            for run in report.runs
        ],
    }


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} {rule.why}"},
        "help": {"text": rule.fix},
        "helpUri": page_of(rule.id),
        "defaultConfiguration": {"level": rule.level},
    }


def _invocation(report: Report) -> dict[str, object]:
    notes = [_notification("error", problem) for problem in report.problems]
    notes += [
        _notification("error", f"{run.checker} failed: {run.failure}") for run in failed(report)
    ]
    worked = bool(report.runs) and not notes
    notes += [
        _notification("warning", f"File skipped: {file.why}", _uri(report, file.path))
        for file in report.skipped_files
    ]
    notes += [
        _notification(
            "note",
            f"Call skipped: {each.place}: {skipped_call_why(each)}",
            _uri(report, each.place.path),
        )
        for each in unknown(report)
    ]
    return {"executionSuccessful": worked, "toolExecutionNotifications": notes}


def _notification(level: Level, text: str, uri: str = "") -> dict[str, object]:
    notification: dict[str, object] = {"level": level, "message": {"text": text}}
    if uri:
        location = {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}}
        notification["locations"] = [location]
    return notification


def _uri(report: Report, path: PurePosixPath) -> str:
    # A byte that is not UTF-8 is quoted as it is.
    return quote(from_here(report, path).encode("utf-8", "surrogateescape"))


def _artifact(
    report: Report, path: PurePosixPath, index: dict[PurePosixPath, int]
) -> dict[str, object]:
    return {"uri": _uri(report, path), "uriBaseId": _ROOT, "index": index[path]}


def _location(
    report: Report, place: Place, index: dict[PurePosixPath, int], source: str = ""
) -> dict[str, object]:
    region: dict[str, object] = {"startLine": place.line, "startColumn": place.column}
    region |= {
        key: value
        for key, value in (("endLine", place.end_line), ("endColumn", place.end_column))
        if value is not None
    }
    physical = {"artifactLocation": _artifact(report, place.path, index), "region": region}
    if source and place.end_column is not None and place.end_line in {None, place.line}:
        # 3.29.5: only if the region is a proper part of it.
        physical["contextRegion"] = {"startLine": place.line, "snippet": {"text": source}}
    return {"physicalLocation": physical}


def _result(report: Report, finding: Finding, index: dict[PurePosixPath, int]) -> dict[str, object]:
    location = _location(report, finding.place, index, finding.source)
    if finding.call and finding.call.function:
        location["logicalLocations"] = [
            {"fullyQualifiedName": finding.call.function, "kind": "function"}
        ]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": _IDS.index(finding.rule),
        "level": finding.level,
        "message": {"text": _message(finding)},
        "locations": [location],
        "relatedLocations": [
            _related(report, reason, reason.place, index)
            for reason in finding.reasons
            if reason.place
        ]
        + [
            {
                **_location(report, call.place, index, call.source),
                "message": {"text": "A call with the same cause."},
            }
            for call in finding.calls[1:]
        ],
        "properties": {
            "reportedBy": list(finding.reported_by),
            "silent": list(finding.silent),
            "reasons": [reason.code for reason in finding.reasons],
        },
    }
    if finding.fingerprint:
        result["partialFingerprints"] = {_FINGERPRINT: finding.fingerprint}
    return result


def _fixes(
    report: Report, fix: ProposedFix | None, index: dict[PurePosixPath, int]
) -> dict[str, object]:
    """Return the property `fixes` of a result; nothing without a fix."""
    if fix is None:
        return {}
    changes = [
        {
            "artifactLocation": _artifact(report, change.path, index),
            "replacements": [_replacement(edit) for edit in change.edits],
        }
        for change in fix.changes
    ]
    return {"fixes": [{"description": {"text": fix.description}, "artifactChanges": changes}]}


def _replacement(edit: LineEdit) -> dict[str, object]:
    region = {
        "startLine": edit.line,
        "startColumn": 1,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _related(
    report: Report, reason: Reason, place: Place, index: dict[PurePosixPath, int]
) -> dict[str, object]:
    text = f"{reason.fact} {reason.fix}".rstrip()
    return {**_location(report, place, index), "message": {"text": text}}


def _message(finding: Finding) -> str:
    heard = [f"{label}: {', '.join(names)}." for label, names in checker_groups(finding)]
    return "\n".join(
        [
            finding.message,
            *facts(finding),
            *unexplained(finding),
            *(f"Fix: {fix}" for fix in fixes(finding)),
            *heard,
        ]
    )
