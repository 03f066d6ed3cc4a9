"""The report for people."""

from __future__ import annotations

import io
import os
import shutil
from typing import TYPE_CHECKING, NamedTuple, TextIO

from rich.console import Console
from rich.text import Text

from typed_bg.check.reports.excerpt import excerpt
from typed_bg.check.reports.wording import (
    VERDICTS,
    CheckerGroup,
    also_found_sentence,
    checker_groups,
    counted,
    exit_code_sentence,
    facts,
    fixes,
    page_of,
    skipped_calls_sentence,
    summarize,
    unexplained,
    unknown,
    unknown_receivers,
    visible,
)
from typed_bg.check.results.coverage import sentence
from typed_bg.check.results.rules import fails

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from typed_bg.check.results.report import CheckerRun, Finding, Report, Verdict
    from typed_bg.check.results.rules import FailOn

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_VERDICT_COLOURS: dict[Verdict, str] = {
    "checked": "green",
    "arity-only": "yellow",
    "checked-directly": "yellow",
    "unchecked": "red",
    "unprobeable": "yellow",
}
_STATE_COLOURS = {"clean": "bold green", "found": "bold", "failed": "bold red"}
_SOURCE_WIDTH = 240  # of a line of source where the output has no width of its own
_LISTED = 20


class TextStyle(NamedTuple):
    """The style of the output.

    Attributes:
        width: The cells of a line; None for lines of any length, as in a pipe.
        colour: Whether to use colors.
        unicode: Whether the output can show more than ASCII.
    """

    width: int | None = None
    colour: bool = False
    unicode: bool = False


PLAIN = TextStyle()
"""The style for a pipe or a file."""


def style_of(stream: TextIO, environ: Mapping[str, str] = os.environ) -> TextStyle:
    """Return how to write to a stream.

    Args:
        stream: Where the report goes.
        environ: The environment. A non-empty `NO_COLOR` (https://no-color.org) and
            `TERM=dumb` turn colors off. A pipe never gets colors.
    """
    if not stream.isatty():
        return PLAIN
    dumb = environ.get("TERM", "").lower() in {"dumb", "unknown"}
    return TextStyle(
        width=shutil.get_terminal_size().columns,
        colour=not dumb and not environ.get("NO_COLOR"),
        unicode=(stream.encoding or "").lower().replace("-", "") == "utf8",
    )


def text(report: Report, style: TextStyle = PLAIN, fail_on: FailOn = "unchecked") -> str:
    """Return a report for people: findings, one line per checker, and a summary.

    Args:
        report: The report.
        style: How to write it.
        fail_on: The value of `--fail-on`: the report shows which findings it lets pass.
    """
    out = io.StringIO()
    console = Console(
        file=out,
        width=style.width,
        force_terminal=style.colour,
        no_color=not style.colour,
        color_system="standard" if style.colour else None,
        legacy_windows=False,
    )
    for line in _Writer(console, style, fail_on).report(report):
        # The lines have their final length: rich must not wrap or cut them.
        console.print(line, soft_wrap=True)
    return out.getvalue()


class _Writer(NamedTuple):
    console: Console
    style: TextStyle
    fail_on: FailOn

    def report(self, report: Report) -> Iterator[Text]:
        for finding, *others in _alike(report.findings):
            yield from self.finding(finding, others)
            yield Text()
        for problem in report.problems:
            yield from self.prose("error: ", "bold red", problem)
            yield Text()
        yield from self.skipped_files(report)
        yield from self.skipped_calls(report)
        yield from self.pages(report)
        yield from self.runs(report)
        summary = summarize(report)
        yield from self.coverage(report)
        if report.runs:
            yield Text()
        if elsewhere := also_found_sentence(report):
            yield from self.prose("", "", elsewhere)
        if sentence := exit_code_sentence(report, self.fail_on):
            yield from self.prose("", "", sentence)
        yield from self.prose("", "", summary.sentence, _STATE_COLOURS[summary.state])

    def finding(self, finding: Finding, others: Sequence[Finding] = ()) -> Iterator[Text]:
        colour = _COLOURS[finding.level]
        yield Text.assemble(
            (visible(str(finding.place)), "bold"),
            "  ",
            (f"{finding.level}[{finding.rule}]", f"bold {colour}"),
        )
        yield from self.source(finding, colour)
        yield from self.prose("  ", "", finding.message)
        for fact in facts(finding):
            yield from self.prose("  because: ", "blue", fact)
        for fix in fixes(finding, place_first=False):
            yield from self.prose("  fix:     ", "green", fix)
        for known in unexplained(finding):
            yield from self.prose("  ", "", known)
        if finding.calls:
            places = ", ".join(str(call.place) for call in finding.calls)
            yield from self.prose("  calls:   ", "blue", places)
        if others:
            places = ", ".join(str(other.place) for other in others)
            yield from self.prose("  also:    ", "blue", places)
        if heard := checker_groups(finding):
            yield from self.checker_groups(heard)
        if not fails(finding.rule, self.fail_on):
            yield from self.prose("  ", "", "does not change the exit code", "dim")

    def source(self, finding: Finding, colour: str) -> Iterator[Text]:
        bar, ellipsis = ("│", "…") if self.style.unicode else ("|", "...")
        number = f"{finding.place.line:>5}"
        room = (self.style.width or _SOURCE_WIDTH + len(number) + 3) - len(number) - 3
        line, indent, mark = excerpt(finding.source, finding.place, room, ellipsis)
        yield Text.assemble((f"{number} {bar} ", "blue"), line)
        yield Text.assemble(
            (f"{'':>5} {bar} ", "blue"), " " * indent, ("^" * mark, f"bold {colour}")
        )

    def checker_groups(self, heard: Sequence[CheckerGroup]) -> Iterator[Text]:
        line = "; ".join(f"{label} {', '.join(checkers)}" for label, checkers in heard)
        yield from self.prose("  ", "", line, "dim")

    def skipped_files(self, report: Report) -> Iterator[Text]:
        if not report.skipped_files:
            return
        yield Text(f"{counted(len(report.skipped_files), 'file')} skipped:", "bold yellow")
        for each in report.skipped_files[:_LISTED]:
            yield from self.prose("  ", "", f"{each.path}: {each.why}")
        more = len(report.skipped_files) - _LISTED
        if more > 0:
            yield Text(f"  and {more:,} more; --format json lists them all")
        yield Text()

    def skipped_calls(self, report: Report) -> Iterator[Text]:
        sentence = skipped_calls_sentence(report)
        if not sentence:
            return
        yield from self.prose("", "", sentence, "bold yellow" if unknown(report) else "dim")
        possible = unknown(report)
        if possible:
            yield from self.prose("  ", "", unknown_receivers(possible[:_LISTED]))
        more = len(possible) - _LISTED
        if more > 0:
            yield Text(f"  and {more:,} more; --format json lists them all")
        yield Text()

    def pages(self, report: Report) -> Iterator[Text]:
        rules = dict.fromkeys(finding.rule for finding in report.findings)
        for rule in rules:
            yield from self.hang(Text(f"{rule}: ", "dim"), Text(page_of(rule), "dim"))
        if rules:
            yield Text()

    def runs(self, report: Report) -> Iterator[Text]:
        names = [visible(f"{run.checker} {run.version}".rstrip()) for run in report.runs]
        width = max(map(len, names), default=0)
        for run, name in zip(report.runs, names, strict=True):
            head = f"{name:<{width}}  "
            if run.failure:
                yield from self.prose(head, "bold red", f"failed: {run.failure}", "red")
            else:
                yield from self.hang(Text(head, "bold"), _tally(report, run))

    def coverage(self, report: Report) -> Iterator[Text]:
        """Yield how many calls direct calls add, for each checker to which they add any."""
        more = [run for run in report.runs if report.count(run.checker, "checked-directly")]
        if more:
            yield Text()
        for run in more:
            yield from self.prose("", "", f"{sentence(report, run.checker)}.")
        if len(more) > 1:
            yield from self.prose("", "", f"{sentence(report)}.")

    def prose(self, label: str, style: str, words: str, words_style: str = "") -> Iterator[Text]:
        yield from self.hang(Text(label, style), Text(visible(words), words_style))

    def hang(self, label: Text, words: Text) -> Iterator[Text]:
        """Wrap words into lines that are indented like the first one."""
        indent = label.cell_len
        room = None if self.style.width is None else self.style.width - indent
        if room is not None and room < indent:
            # Too narrow for the label and the words on one line.
            label.rstrip()
            yield label
            label = Text("  ")
            indent, room = 2, indent + room - 2
        lines = list(words.split("\n"))
        if room is not None:
            lines = [part for line in lines for part in line.wrap(self.console, max(room, 1))]
        for number, line in enumerate(lines):
            line.rstrip()
            yield Text.assemble(" " * indent if number else label, line)


def _alike(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Group findings that say the same of different places, in the order of the first ones."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        said = (finding.message, finding.reasons, finding.reported_by, finding.silent)
        key = id(finding) if finding.calls else (finding.rule, *said)
        groups.setdefault(key, []).append(finding)
    yield from groups.values()


def _tally(report: Report, run: CheckerRun) -> Text:
    counts: dict[Verdict, int] = {
        verdict: report.count(run.checker, verdict) for verdict in VERDICTS
    }
    calls = sum(counts.values())
    asked = (
        counted(calls, "call")
        if calls == len(report.calls)
        else f"{calls} of {len(report.calls)} calls"
    )
    line = Text(f"{asked}: " if calls else asked)
    parts = [
        Text(f"{number:,} {verdict}", _VERDICT_COLOURS[verdict])
        for verdict, number in counts.items()
        if number
    ]
    line.append_text(Text(", ").join(parts))
    return line.append(f"  {run.seconds:.1f} s", "dim")
