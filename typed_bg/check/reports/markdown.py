"""The report as Markdown, for the summary of a workflow run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typed_bg.check.reports.wording import (
    VERDICTS,
    fixes,
    from_here,
    page_of,
    summarize,
    visible,
)
from typed_bg.check.results.coverage import percent, sentence

if TYPE_CHECKING:
    from typed_bg.check.results.report import CheckerRun, Finding, Report

_MOST = 50  # findings that are shown: a summary has a size limit
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def markdown(report: Report) -> str:
    """Return a report as Markdown: the conclusion, a row per checker, and the findings."""
    lines = ["## typed-bg check", "", _escape(summarize(report).sentence), ""]
    lines += [f"- **{_escape(problem)}**" for problem in report.problems]
    if report.runs:
        lines += ["", f"| checker | {' | '.join(VERDICTS)} | calls checked |"]
        lines += ["|---|" + "--:|" * (len(VERDICTS) + 1)]
        lines += [_run(report, run) for run in report.runs]
        lines += [f"| any | {'| ' * len(VERDICTS)}| {percent(report):.0f} % |"]
    if any(report.count(run.checker, "checked-directly") for run in report.runs):
        lines += ["", _escape(f"{sentence(report)}.")]
    if report.findings:
        lines += ["", "| place | rule | finding |", "|---|---|---|"]
        lines += [_row(report, finding) for finding in report.findings[:_MOST]]
    more = len(report.findings) - _MOST
    if more > 0:
        lines += ["", f"{more:,} more findings are in the other formats."]
    return "\n".join(lines) + "\n"


def _run(report: Report, run: CheckerRun) -> str:
    name = _escape(f"{run.checker} {run.version}".rstrip())
    if run.failure:
        return f"| {name} | failed: {_escape(run.failure)} {'| ' * len(VERDICTS)}| |"
    counts = " | ".join(f"{report.count(run.checker, verdict):,}" for verdict in VERDICTS)
    return f"| {name} | {counts} | {percent(report, run.checker):.0f} % |"


def _row(report: Report, finding: Finding) -> str:
    place = f"{from_here(report, finding.place.path)}:{finding.place.line}"
    rule = f"[{finding.rule}]({page_of(finding.rule)})"
    text = "<br>".join(_escape(line) for line in (finding.message, *fixes(finding)))
    return f"| {_escape(place)} | {finding.level} {rule} | {text} |"


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", visible(text).replace("\n", " "))
