"""The report as workflow commands, which GitHub shows next to the changed lines.

GitHub shows ten annotations per level and step; the log contains all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg.check.reports.wording import (
    calls_of,
    checker_groups,
    facts,
    failed,
    fixes,
    from_here,
    page_of,
    skipped_call_why,
    summarize,
    unexplained,
    unknown,
    visible,
)

if TYPE_CHECKING:
    from typed_bg.check.results.report import Finding, Report

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(report: Report) -> str:
    """Return one workflow command per line, and a summary on the last line."""
    lines = [_command("error", f"{problem}", title="typed-bg check") for problem in report.problems]
    lines += [
        _command("error", run.failure, title=f"typed-bg check: {run.checker} failed")
        for run in failed(report)
    ]
    lines += [_annotation(report, finding) for finding in report.findings]
    lines += [
        _command("warning", file.why, file=from_here(report, file.path), title="file skipped")
        for file in report.skipped_files
    ]
    lines += [
        _command(
            "notice",
            skipped_call_why(each),
            file=from_here(report, each.place.path),
            line=each.place.line,
            title="typed-bg: call skipped",
        )
        for each in unknown(report)
    ]
    return "\n".join([*lines, summarize(report).sentence]) + "\n"


def _annotation(report: Report, finding: Finding) -> str:
    place = finding.place
    end_line = place.end_line or place.line
    properties: dict[str, str | int | None] = {
        "file": from_here(report, place.path),
        "line": place.line,
        "endLine": end_line,
        "title": f"typed-bg: {finding.rule}",
    }
    if end_line == place.line:
        # GitHub rejects columns for a range of several lines.
        properties |= {"col": place.column, "endColumn": place.end_column}
    return _command(_COMMANDS[finding.level], _message(finding), **properties)


def _message(finding: Finding) -> str:
    return "\n".join(
        [
            finding.message,
            *facts(finding),
            *unexplained(finding),
            *(f"Fix: {fix}" for fix in fixes(finding)),
            *calls_of(finding),
            *(f"{label}: {', '.join(names)}" for label, names in checker_groups(finding)),
            page_of(finding.rule),
        ]
    )


def _command(name: str, message: str, **properties: str | int | None) -> str:
    pairs = (f"{key}={_property(value)}" for key, value in properties.items() if value is not None)
    return f"::{name} {','.join(pairs)}::{_data(message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)


def _property(value: str | int) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
