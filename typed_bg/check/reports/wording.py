"""Phrases that several report formats share."""

from __future__ import annotations

import functools
import re
from collections import Counter
from importlib.metadata import metadata, version
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple, get_args

from typed_bg.check.results.report import Verdict
from typed_bg.check.results.rules import RULES, fails

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import PurePosixPath

    from typed_bg.check.results.report import CheckerRun, Finding, Report, SkippedCall
    from typed_bg.check.results.rules import FailOn, Level

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

# Control characters would steer the terminal; direction marks show code in an order that it does
# not run in; half a surrogate pair, which stands for an undecodable byte of a path, is no text.
_UNSHOWABLE = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

_CLASSES = 5  # that are named


class Summary(NamedTuple):
    """The conclusion of a whole run.

    Attributes:
        state: `failed` if the run proves nothing, `clean` if every call is checked and nothing
            is wrong, otherwise `found`.
        sentence: The same in words.
    """

    state: str
    sentence: str


class CheckerGroup(NamedTuple):
    """Some checkers, and what they do with a finding."""

    label: str
    checkers: tuple[str, ...]


def tool_version() -> str:
    """Return the version of typed_bg."""
    return version("typed-bg")


def page_of(code: str) -> str:
    """Return the address of the documentation's page about a rule or a reason."""
    return _documentation().replace("index.md", f"rules/{code}.md")


@functools.cache
def _documentation() -> str:
    """Return the address of the documentation, which the package's metadata names."""
    urls: list[str] = metadata("typed-bg").get_all("Project-URL") or []
    return next(url for url in urls if url.startswith("Documentation, ")).partition(", ")[2]


def visible(text: str) -> str:
    """Return text with control characters and direction marks written as escapes."""
    return _UNSHOWABLE.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    return ascii(character)[1:-1]


def from_here(report: Report, path: PurePosixPath) -> str:
    """Return a file's path from the directory in which the command runs, with `/`."""
    return PurePath(report.root, path).as_posix()


def checker_groups(finding: Finding) -> list[CheckerGroup]:
    """Return which checkers report a finding, or miss it, and which do not."""
    rule = RULES[finding.rule]
    loud, quiet = rule.reported, rule.silent
    if quiet == "not reported by" and not finding.reported_by:
        quiet = "reported by none of"
    return [
        CheckerGroup(label, checkers)
        for label, checkers in ((loud, finding.reported_by), (quiet, finding.silent))
        if checkers
    ]


def facts(finding: Finding) -> list[str]:
    """Return each fact that explains a finding, after its checkers if not all of them share it."""
    return _with_checkers(finding, [(reason.fact, reason.fact) for reason in finding.reasons])


def fixes(finding: Finding, *, place_first: bool = True) -> list[str]:
    """Return each fix once, with the line to change if it is known, after its checkers as above.

    The last one is the command that makes a change, if it knows one.
    """
    form = "{0.place}: {0.fix}" if place_first else "{0.fix} ({0.place})"
    described = _with_checkers(
        finding,
        [
            (form.format(reason) if reason.place else reason.fix, reason.fact)
            for reason in finding.reasons
            if reason.fix
        ],
    )
    return [*described, *filter(None, [finding.fix_command])]


def unexplained(finding: Finding) -> list[str]:
    """Return what is known about checkers for whose verdict no reason was found."""
    if finding.call is None or finding.calls:
        return []
    return [
        f"no cause was found: {judgement.unexplained}"
        for judgement in finding.call.judgements
        if judgement.unexplained and judgement.checker in finding.reported_by
    ]


def _with_checkers(finding: Finding, texts: Sequence[tuple[str, str]]) -> list[str]:
    """Return texts, each after the checkers that have its fact, unless all have it."""
    whose = _checkers_by_fact(finding)
    named: dict[str, dict[str, None]] = {}
    for text, fact in texts:
        named.setdefault(text, {}).update(dict.fromkeys(whose.get(fact, ())))
    lines: list[str] = []
    for text, checkers in named.items():
        names = ", ".join(checkers)
        shared = len(checkers) in {0, len(finding.reported_by)}
        lines.append(text if shared or text.startswith(f"{names} ") else f"{names}: {text}")
    return lines


def _checkers_by_fact(finding: Finding) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for call in finding.calls or (() if finding.call is None else (finding.call,)):
        for judgement in call.judgements:
            if judgement.checker in finding.reported_by:
                for reason in judgement.reasons:
                    found.setdefault(reason.fact, {})[judgement.checker] = None
    return found


def exit_code_sentence(report: Report, fail_on: FailOn) -> str:
    """Return which findings make the exit code 1; empty without findings, or if the check failed.

    Args:
        report: The report.
        fail_on: The value of `--fail-on`.
    """
    if not report.findings or summarize(report).state == "failed":
        return ""
    failing = Counter(finding.rule for finding in report.findings if fails(finding.rule, fail_on))
    total = counted(len(report.findings), "finding")
    if not failing:
        return f"The exit code is 0 despite {total}: see --fail-on."
    rules = ", ".join(f"{number:,} {rule}" for rule, number in failing.items())
    if failing.total() == len(report.findings):
        return f"The exit code is 1 because of {total}: {rules}."
    return f"The exit code is 1 because of {failing.total():,} of {total}: {rules}."


def calls_of(finding: Finding) -> list[str]:
    """Return a line with the places of all calls that have a finding's cause, if several have."""
    places = ", ".join(str(call.place) for call in finding.calls)
    return [f"Calls: {places}"] if places else []


def failed(report: Report) -> list[CheckerRun]:
    """Return the runs that failed."""
    return [run for run in report.runs if run.failure]


def problems(report: Report) -> list[str]:
    """Return a sentence for everything that kept the run from being complete."""
    return [*report.problems, *(f"{run.checker} failed: {run.failure}" for run in failed(report))]


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 call`, `2 calls`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Sequence[str]) -> str:
    """Return words as one phrase: `a, b and c`."""
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last


def unknown(report: Report) -> list[SkippedCall]:
    """Return the skipped calls that may be background tasks after all."""
    return [
        call
        for call in report.skipped_calls
        if call.why == "unknown-receiver" and call.is_background
    ]


def skipped_calls_sentence(report: Report) -> str:
    """Return how many calls were skipped, and why; empty if none was."""
    if not report.skipped_calls:
        return ""
    elsewhere = Counter(
        _class_name(call.type) for call in report.skipped_calls if call.why == "another-class"
    )
    parts: list[str] = []
    if elsewhere:
        named = ", ".join(f"{name} {number:,}" for name, number in elsewhere.most_common(_CLASSES))
        more = ", ..." if len(elsewhere) > _CLASSES else ""
        parts.append(f"{elsewhere.total():,} on another class ({named}{more})")
    if possible := unknown(report):
        parts.append(f"{len(possible):,} on a receiver of unknown type")
    others = sum(
        call.why == "unknown-receiver" and not call.is_background for call in report.skipped_calls
    )
    if others:
        parts.append(f"{others:,} of other families on a receiver of unknown type")
    return f"{counted(len(report.skipped_calls), 'call')} skipped: {listed(parts)}"


def also_found_sentence(report: Report) -> str:
    """Return what other families have calls, and how to check them; empty if none has."""
    by_family: dict[str, list[str]] = {}
    for each in report.also_found:
        by_family.setdefault(each.family, []).append(f"{each.calls:,} {each.name}")
    parts = [f"{', '.join(names)} (--family {family})" for family, names in by_family.items()]
    return f"Also found, and not checked: {'; '.join(parts)}." if parts else ""


def unknown_receivers(calls: Sequence[SkippedCall]) -> str:
    """Return why calls that may be background tasks were skipped, the fix, and where they are."""
    places = ", ".join(f"{call.place} (`{call.callee}`)" for call in calls)
    return (
        "no checker knows the type of the receiver, and nothing in the module suggests a "
        "collection of background tasks; if it is one, annotate the receiver: "
        f"{places}"
    )


def skipped_call_why(call: SkippedCall) -> str:
    """Return why a call that may be a background task was skipped, and the fix."""
    return (
        f"`{call.callee}`: no checker knows the type of its receiver, and nothing in the "
        "module suggests a collection of background tasks; if it is one, annotate the receiver"
    )


def _class_name(revealed: str) -> str:
    """Return the last part of a class's name from a type as a checker writes it."""
    for text in (revealed.partition("[")[0].partition("(")[0], revealed):
        words: list[str] = re.findall(r"[^\W\d]\w*", text)
        if words and words[-1] not in {"type", "def"}:
            return words[-1]
    return "unnamed"


def levels(findings: Iterable[Finding]) -> dict[Level, int]:
    """Count findings by level, errors first, without levels that do not occur."""
    counter = Counter(finding.level for finding in findings)
    order: tuple[Level, ...] = ("error", "warning", "note")
    return {level: counter[level] for level in order if counter[level]}


def summarize(report: Report) -> Summary:
    """Summarize a run. A run in which a checker failed is never `clean`."""
    if broken := [run.checker for run in failed(report)]:
        why = f"Could not check: {listed(broken)} failed."
        if len(broken) == len(report.runs):
            return Summary("failed", why)
        found = _found(report)
        return Summary("failed", f"{why} The rest {found[0].lower()}{found[1:]}")
    if report.problems or not report.runs:
        why = "Could not check everything." if report.calls else "Could not check."
        return Summary("failed", f"{why} {_found(report)}")
    clean = not report.findings and _all_checked(report)
    return Summary("clean" if clean else "found", _found(report))


def _found(report: Report) -> str:
    searched = f"{counted(len(report.calls), 'call')} in {counted(report.files, 'file')}"
    if report.suppressed:
        searched += f"; {counted(report.suppressed, 'finding')} in the baseline"
    if not report.calls and not report.findings:
        return f"Found no call: {searched}."
    if report.findings:
        kinds = listed([counted(n, level) for level, n in levels(report.findings).items()])
        return f"Found {kinds}: {searched}."
    if _all_checked(report):
        checkers = listed([run.checker for run in report.runs])
        return f"Every argument is checked by {checkers}: {searched}."
    if report.suppressed:
        return f"Found nothing new: {searched}."
    return f"Found nothing to report, but not every argument is checked: {searched}."


def _all_checked(report: Report) -> bool:
    checkers = {run.checker for run in report.runs}
    return bool(report.calls and report.runs) and all(
        {judgement.checker for judgement in call.judgements if judgement.verdict == "checked"}
        >= checkers
        for call in report.calls
    )
