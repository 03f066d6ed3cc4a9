"""The report as one page that needs nothing else: no server, no network, no JavaScript.

Its policy (https://www.w3.org/TR/CSP3/) lets the browser apply its own style and script, told by
their hashes, and nothing else, whatever the source text that it shows may hold.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from typed_bg._source.module import NEWLINE
from typed_bg.check.reports.wording import (
    VERDICTS,
    checker_groups,
    counted,
    levels,
    page_of,
    skipped_call_why,
    skipped_calls_sentence,
    summarize,
    tool_version,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import PurePosixPath

    from typed_bg.check.results.report import (
        CheckerRun,
        Judgement,
        Place,
        Reason,
        Report,
        ReportedCall,
        Verdict,
    )

    Lookup = Callable[[PurePosixPath], str | None]

_AROUND = 2  # lines of context before and after a call
_MOST = 14  # lines of an excerpt
_LONGEST = 400  # characters of a line


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an excerpt, in the part before the marked range, that range, and the rest."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Why:
    """A reason, with the checkers that it holds for."""

    reason: Reason
    checkers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    anchor: str
    call: ReportedCall
    text: str
    cells: tuple[tuple[str, Judgement | None], ...]
    verdicts: str
    search: str
    lines: tuple[_Line, ...]
    unseen: tuple[tuple[str, tuple[str, ...]], ...]
    whys: tuple[_Why, ...]
    unexplained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bar:
    verdict: Verdict
    number: int
    start: float
    width: float


def html(report: Report, source: Lookup = lambda _path: None) -> str:
    """Return a report as a page.

    Args:
        report: The report.
        source: The text of a file, by its path from the project's root; None where it cannot be
            had, so that the page shows what the report itself holds.
    """

    @cache
    def lookup(path: PurePosixPath) -> list[str]:
        return _split(source(path))

    checkers = [run.checker for run in report.runs]
    anchors = {call: f"call-{number}" for number, call in enumerate(report.calls, 1)}
    style, script = _asset("report.css"), _asset("report.js")
    page = (
        _environment()
        .get_template("report.html.jinja")
        .render(
            report=report,
            version=tool_version(),
            conclusion=summarize(report),
            levels=levels(report.findings),
            runs=[(run, _bars(report, run)) for run in report.runs],
            verdicts=VERDICTS,
            findings=[
                (finding, _excerpt(finding.place, finding.source, lookup(finding.place.path)))
                for finding in report.findings
            ],
            rows=[
                _row(call, anchors[call], checkers, lookup(call.place.path))
                for call in report.calls
            ],
            anchors=anchors,
            checker_groups=checker_groups,
            skipped_calls_sentence=skipped_calls_sentence,
            skipped_call_why=skipped_call_why,
            page_of=page_of,
            counted=counted,
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )
    return page + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("typed_bg.check.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: object) -> object:
    # What is marked as safe, of a class of its own, is the page's.
    return visible(value) if type(value) is str else value


@cache
def _asset(name: str) -> str:
    loader = PackageLoader("typed_bg.check.reports")
    return loader.get_source(_environment(), name)[0].replace("\r\n", "\n")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _split(text: str | None) -> list[str]:
    return [] if text is None else NEWLINE.split(text.removeprefix("\ufeff"))


def _excerpt(place: Place, only: str, lines: list[str]) -> tuple[_Line, ...]:
    if len(lines) < place.line:
        return (_Line(place.line, _cut(only)),)
    end = place.end_line or place.line
    numbers = list(range(max(place.line - _AROUND, 1), min(end + _AROUND, len(lines)) + 1))
    while numbers[0] < place.line and not lines[numbers[0] - 1].strip():
        del numbers[0]
    while numbers[-1] > end and not lines[numbers[-1] - 1].strip():
        del numbers[-1]
    return tuple(_line(place, number, lines[number - 1]) for number in numbers[:_MOST])


def _line(place: Place, number: int, text: str) -> _Line:
    end = place.end_line or place.line
    if place.end_column is None or not place.line <= number <= end:
        return _Line(number, _cut(text))
    start = place.column - 1 if number == place.line else len(text) - len(text.lstrip())
    stop = place.end_column - 1 if number == end else len(text.rstrip())
    first = max(start - _LONGEST // 4, 0) if len(text) > _LONGEST else 0
    before = f"… {text[first:start]}" if first else text[:start]
    return _Line(number, before, _cut(text[start:stop]), _cut(text[stop:]))


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …"


def _row(call: ReportedCall, anchor: str, checkers: list[str], lines: list[str]) -> _Row:
    by_checker = {judgement.checker: judgement for judgement in call.judgements}
    text = f"{call.callee}({', '.join((call.target, *call.arguments))})"
    return _Row(
        anchor=anchor,
        call=call,
        text=_cut(text),
        cells=tuple((checker, by_checker.get(checker)) for checker in checkers),
        verdicts=" ".join(
            f"{judgement.checker}={judgement.verdict}" for judgement in call.judgements
        ),
        search=f"{call.place} {call.function} {text}".casefold(),
        lines=_excerpt(call.place, call.source, lines),
        unseen=tuple(
            (judgement.checker, judgement.unseen)
            for judgement in call.judgements
            if judgement.unseen
        ),
        whys=_whys(call),
        unexplained=tuple(
            judgement.unexplained for judgement in call.judgements if judgement.unexplained
        ),
    )


def _whys(call: ReportedCall) -> tuple[_Why, ...]:
    holds: dict[Reason, list[str]] = {}
    for judgement in call.judgements:
        for reason in judgement.reasons:
            holds.setdefault(reason, []).append(judgement.checker)
    return tuple(_Why(reason, tuple(checkers)) for reason, checkers in holds.items())


def _bars(report: Report, run: CheckerRun) -> tuple[_Bar, ...]:
    counts: dict[Verdict, int] = {
        verdict: report.count(run.checker, verdict) for verdict in VERDICTS
    }
    total = sum(counts.values())
    bars: list[_Bar] = []
    start = 0.0
    for verdict, number in counts.items():
        width = 100 * number / total if total else 0.0
        bars.append(_Bar(verdict, number, round(start, 3), round(width, 3)))
        start += width
    return tuple(bars)
